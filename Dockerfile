# Minsheng: by itself on the embedded default (one container, one volume, no server beside it), or as the services of
# docker-compose.yml, whose PostgreSQL must be no newer than the client here: pg_dump refuses a newer server.
FROM python:3.11.14-slim-trixie

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/minsheng
COPY requirements.txt ./
RUN python -m pip install --upgrade "pip>=24" && python -m pip install --require-hashes -r requirements.txt
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN python -m pip install --no-deps --no-build-isolation -e . \
    && useradd --system --uid 10001 --home-dir /srv/minsheng minsheng \
    && install -d -o minsheng -g minsheng -m 0700 /var/lib/minsheng
USER minsheng
ENV MINSHENG_VAR=/var/lib/minsheng
VOLUME /var/lib/minsheng
EXPOSE 8000
CMD ["minsheng", "up", "--host", "0.0.0.0", "--port", "8000"]
