"""`checkpost sbom`: everything that is installed is on the bill, once, and the bill is the same each time."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from core.model.reader import FOLDER, NAMES, STATEMENTS


def test_every_dependency_is_on_the_bill_with_version_and_place(fresh: Any) -> None:
    listed = json.loads(fresh("sbom").output)
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    names = [each["name"] for each in listed["components"] if each["type"] == "library"]
    assert len(names) == len(set(names))
    ours = {
        re.split(r"[^\w.-]", wanted)[0].lower() for wanted in requires("checkpost") or () if "extra ==" not in wanted
    }
    assert ours
    assert ours <= set(names)
    assert "checkpost" not in names
    for each in listed["components"]:
        if each["type"] == "library":
            assert each["purl"] == each["bom-ref"] == f"pkg:pypi/{each['name']}@{each['version']}"
    assert len({each["bom-ref"] for each in listed["components"]}) == len(listed["components"])


def test_most_packages_tell_their_licence(fresh: Any) -> None:
    libraries = [each for each in json.loads(fresh("sbom").output)["components"] if each["type"] == "library"]
    assert sum("licenses" in each for each in libraries) > 0.9 * len(libraries)


def test_the_reader_is_on_the_bill_with_its_hashes(fresh: Any) -> None:
    listed = json.loads(fresh("sbom").output)["components"]
    models = {each["name"]: each["hashes"][0]["content"] for each in listed if each.get("group") == "checkpost"}
    for name in (NAMES, STATEMENTS):
        assert models[name] == hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


def test_the_bill_is_the_same_each_time_and_can_be_a_file(fresh: Any, tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    assert fresh("sbom", "--out", str(file)).output == f"wrote {file}\n"
    assert file.read_text(encoding="utf-8") == fresh("sbom").output
