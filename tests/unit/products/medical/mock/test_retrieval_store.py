from harness.mock.settings import Limits
from harness.products.medical.mock.retrieval import DocumentStore, StoredDocument


def document(name: str, content: bytes = b"x") -> StoredDocument:
    return StoredDocument(name, "main", "2026-01-16T12:00:00.000Z", True, {}, content)


def kept(store: DocumentStore) -> list[str]:
    return [each.id for each in store.all()]


def test_the_oldest_goes_beyond_the_number_that_is_kept() -> None:
    store = DocumentStore(Limits(documents=2))

    store.add(map(document, "abc"))

    assert kept(store) == ["b", "c"]
    assert store.find("a") is None


def test_as_many_of_the_oldest_go_as_it_takes_for_the_bytes() -> None:
    store = DocumentStore(Limits(document_bytes=10))
    store.add([document("a", b"1234"), document("b", b"1234")])

    store.add([document("c", b"12345678")])

    assert kept(store) == ["c"]


def test_a_document_larger_than_the_bound_is_not_kept() -> None:
    store = DocumentStore(Limits(document_bytes=10))

    store.add([document("a", b"12345678901")])

    assert kept(store) == []


def test_bytes_are_not_shown() -> None:
    assert "secret" not in repr(document("a", b"secret"))
