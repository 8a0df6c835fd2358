from disclosure.models.catalogue import CatalogueEntry, Topic
from disclosure.models.item import Attachment, IndexNumberCounter, Item
from disclosure.models.review import Answer

__all__ = ["Answer", "Attachment", "CatalogueEntry", "IndexNumberCounter", "Item", "Topic"]
