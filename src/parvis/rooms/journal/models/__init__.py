"""Posts and what belongs to them: notes, categories, tags, addresses, originals; and what imports brought."""

from .addresses import PostAddress
from .imports import Import, ImportItem
from .pages import PostPage
from .posts import DatedUpdate, Original, Post, PostNote, PostQuerySet
from .terms import Category, FormerCategory, Tag

__all__ = [
    "Category",
    "DatedUpdate",
    "FormerCategory",
    "Import",
    "ImportItem",
    "Original",
    "Post",
    "PostAddress",
    "PostNote",
    "PostPage",
    "PostQuerySet",
    "Tag",
]
