"""The papers (文书) about an application: their words, and how they are numbered, frozen and made by a worker."""
