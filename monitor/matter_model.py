"""The small model that says what a citizen wants where the title does not: weights over the cues heard.

Fitted on messages labelled by hand (bench/matter_fit.py); the file holds numbers, the names of the cues and a card.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from monitor.linear import ModelError
from monitor.matter_cues import FEATURES

FILE = Path(__file__).with_name("weights") / "matter.npz"


@dataclass(frozen=True, slots=True)
class MatterModel:
    """`weights[i]` is what FEATURES[i] weighs for each of `labels`; with `bias` they sum to a logit a label."""

    labels: tuple[str, ...]
    weights: Sequence[Sequence[float]]
    bias: Sequence[float]
    card: Mapping[str, Any] = field(default_factory=dict)  # data, date, scores, limits

    def probabilities(self, heard: Mapping[int, float]) -> dict[str, float]:
        """Label → probability, of these features (matter_cues.heard)."""
        logits = list(self.bias)
        for feature, value in heard.items():
            for column, weight in enumerate(self.weights[feature]):
                logits[column] += value * weight
        highest = max(logits)
        raised = [math.exp(logit - highest) for logit in logits]
        total = sum(raised)
        return {label: each / total for label, each in zip(self.labels, raised, strict=True)}

    def save(self, path: Path) -> None:
        about = json.dumps({"labels": self.labels, "features": FEATURES, "card": dict(self.card)}, ensure_ascii=False)
        weights: npt.NDArray[np.float32] = np.array(self.weights, np.float32)
        with path.open("wb") as file:
            np.savez_compressed(
                file, about=np.frombuffer(about.encode(), np.uint8), weights=weights, bias=np.array(self.bias)
            )

    @classmethod
    def load(cls, path: Path) -> "MatterModel":
        """Raises ModelError. Nothing in the file is ever run: it holds numbers and one JSON text."""
        try:
            with np.load(path, allow_pickle=False) as file:
                about = json.loads(file["about"].tobytes())
                labels, weights, bias = tuple(about["labels"]), file["weights"].tolist(), file["bias"].tolist()
                if [tuple(feature) for feature in about["features"]] != list(FEATURES):
                    raise ModelError(f"模型文件 {path} 是用另一套线索训练的，请重新训练或重新安装")
                model = cls(labels, weights, bias, about["card"])
        except (OSError, BadZipFile, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"模型文件 {path} 读不出（{error}），请重新训练或重新安装") from error
        if len(weights) != len(FEATURES) or {len(row) for row in [*weights, bias]} != {len(labels)}:
            raise ModelError(f"模型文件 {path} 前后不一致，请重新训练或重新安装")
        return model


@cache
def shipped() -> MatterModel:
    return MatterModel.load(FILE)
