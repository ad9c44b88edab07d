"""`checkpost sbom`: the bill of materials of what is installed beside it, as CycloneDX JSON."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions, version
from pathlib import Path
from typing import Any

import click

from bots.cli.session import put
from core.model.reader import FOLDER

MODELS = (".onnx", ".ort", ".npz")


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to a file.")
def sbom(out: Path | None) -> None:
    """List every installed package with its licence, and every model file with its SHA-256 (CycloneDX 1.6)."""
    put(json.dumps(bill(), indent=1, ensure_ascii=False, sort_keys=True) + "\n", out)


def bill() -> dict[str, Any]:
    """Return the bill. The same installation gives the same bill: it holds no time and no random number."""
    named = {_normal(each.name): each for each in distributions() if each.name}
    packages = [_package(each) for name, each in sorted(named.items()) if name != "checkpost"]
    models = [_model(path, owner) for owner, path in _models(named)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "checkpost",
                "name": "checkpost",
                "version": version("checkpost"),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
            "properties": [{"name": "python", "value": platform.python_version()}],
        },
        "components": [*packages, *models],
    }


def _package(each: Distribution) -> dict[str, Any]:
    name = _normal(each.name)
    purl = f"pkg:pypi/{name}@{each.version}"
    found = {"type": "library", "bom-ref": purl, "name": name, "version": each.version, "purl": purl}
    licence = _licence(each)
    return {**found, "licenses": [licence]} if licence else found


def _licence(each: Distribution) -> dict[str, Any] | None:
    """Return what a package says of its licence: an expression where it gives one, else a name."""
    if expression := _field(each, "License-Expression"):
        return {"expression": expression}
    classifiers = each.metadata.get_all("Classifier") or []
    names = [entry.rpartition(" :: ")[2] for entry in classifiers if entry.startswith("License :: OSI Approved :: ")]
    free = _field(each, "License").strip()
    name = ", ".join(names) or (free if free and "\n" not in free and len(free) < 100 else "")
    return {"license": {"name": name}} if name else None


def _field(each: Distribution, name: str) -> str:
    return next(iter(each.metadata.get_all(name) or []), "")


def _models(named: dict[str, Distribution]) -> Iterator[tuple[str, Path]]:
    """Yield our own model files, and those that packages bring."""
    yield from (("checkpost", path) for path in sorted(FOLDER.iterdir()) if path.suffix in MODELS)
    for name, each in sorted(named.items()):
        for file in sorted(each.files or (), key=str):
            path = Path(str(each.locate_file(file)))
            if name != "checkpost" and path.suffix in MODELS[:2] and path.is_file():
                yield name, path


def _model(path: Path, owner: str) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "machine-learning-model",
        "bom-ref": f"{owner}/{path.name}",
        "group": owner,
        "name": path.name,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
