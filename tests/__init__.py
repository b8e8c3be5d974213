"""The tests mirror the tree: tests/crmlib, tests/course, tests/launch, tests/chapters, tests/datasets."""
