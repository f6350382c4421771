"""A bilingual blog of many themes, where columns printed elsewhere are kept safe."""
