"""XML elements and the bytes they become."""

from collections.abc import Mapping

from lxml import etree


def root_of(name: str, prefixes: Mapping[str | None, str]) -> etree._Element:
    """A root element; None in `prefixes` stands for the default namespace, as it does in lxml itself."""
    return etree.Element(name, nsmap=prefixes)  # type: ignore[arg-type]  # the stubs know no None


def leaf(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """A new last child with a text."""
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def written(root: etree._Element) -> bytes:
    """The document as UTF-8, the same for the same tree, without namespaces that nothing uses."""
    etree.cleanup_namespaces(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
