"""What is looked at file by file, without running the portal: `make lint` runs these tests, and so does `make test-all`."""
