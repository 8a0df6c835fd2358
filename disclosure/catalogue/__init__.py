"""The public catalogue (信息公开目录): browsed, searched, read, taken along as a file."""
