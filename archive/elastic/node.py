"""A node whose machine is gone without a word (its power, its cable) is given up after seconds; what it does slowly is
waited for as long as was asked. The client itself knows one time for both."""

import socket
from typing import Any

from elastic_transport import ConnectionError as NodeGone
from elastic_transport import ConnectionTimeout, NodeConfig, Urllib3HttpNode
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError
from urllib3.util import Timeout

CONNECT_SECONDS = 5.0
UNHEARD_SECONDS = 15.0  # in which a request that was sent must at least have been received


class QuickNode(Urllib3HttpNode):
    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            unheard = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNHEARD_SECONDS * 1000))
            self.pool.conn_kw["socket_options"] = [*HTTPConnection.default_socket_options, unheard]

    def perform_request(self, *given: Any, **named: Any) -> Any:
        """What could not be connected is another node's turn (ConnectionError), not a slow answer."""
        if isinstance(seconds := named.get("request_timeout"), int | float):
            named["request_timeout"] = Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds)
        try:
            return super().perform_request(*given, **named)
        except ConnectionTimeout as error:
            if any(isinstance(each, ConnectTimeoutError) for each in error.errors):
                raise NodeGone(error.message, errors=error.errors) from error
            raise
