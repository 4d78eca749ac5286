from pathlib import Path

import pytest
import yaml

from storage.sql.models import Base
from storage.sql.schema_reference import PAGE, SEEDS, UnknownPlace, page

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def seeds():
    return yaml.safe_load((ROOT / SEEDS).read_text(encoding="utf-8"))


def test_the_page_is_what_the_models_and_the_mapping_say(seeds):
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(seeds), (
        "run `python -m storage.sql.schema_reference` and look at what changed"
    )


def test_every_column_says_whether_it_is_personal_and_every_table_how_long_it_is_kept():
    for table in Base.metadata.tables.values():
        assert table.info.get("retention"), table.name
        assert [column.name for column in table.columns if not isinstance(column.info.get("personal"), bool)] == []


def test_all_five_documents_are_mapped_to_the_last_column(seeds):
    sizes = [
        {table: len(columns) - 1 for table, columns in document["tables"].items()} for document in seeds["documents"]
    ]
    assert [len(tables) for tables in sizes] == [10, 8, 2, 10, 7]
    assert [sum(tables.values()) for tables in sizes] == [85, 68, 13, 179, 85]


def test_a_mapping_that_points_nowhere_is_refused(seeds):
    columns = seeds["documents"][0]["tables"]["services"]
    for value, why in [
        ("here services.colour", "does not exist"),
        ("here shelves.id", "does not exist"),
        ("later teleportation", "unknown work"),
        ("somewhere", "neither here, later nor out"),
    ]:
        columns["name"] = value
        with pytest.raises(UnknownPlace, match=why):
            page(seeds)
