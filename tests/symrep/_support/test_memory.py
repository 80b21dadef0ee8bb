from types import SimpleNamespace

import pytest

from symrep._support.memory import format_bytes, require_memory


@pytest.fixture
def one_gibibyte_free(monkeypatch):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**30))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536 * 2**20, "1.5 GiB"),
        (2**40, "1.0 TiB"),
        (3 * 2**40 * 10**9, "3.0e+09 TiB"),
    ],
)
def test_sizes_in_words(size, text):
    assert format_bytes(size) == text


@pytest.mark.parametrize("exponent", [400, 9000])
def test_sizes_beyond_floats_have_words_too(exponent):
    # 1 TiB is about 10^12 bytes.
    assert format_bytes(10**exponent) == f"about 10^{exponent - 12} TiB"


@pytest.mark.usefixtures("one_gibibyte_free")
def test_what_fits_is_let_through():
    require_memory(2**30, "a table", "nothing")


@pytest.mark.usefixtures("one_gibibyte_free")
def test_what_does_not_fit_is_refused_with_both_sizes_and_a_way_out():
    with pytest.raises(
        MemoryError, match=r"for a table: 1\.5 GiB needed, 1\.0 GiB free; use less$"
    ):
        require_memory(3 * 2**29, "a table", "use less")
