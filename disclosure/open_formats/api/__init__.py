"""The read-only API (开放接口) below `/api/v1/`: what the catalogue's pages show, for programs; anybody may read it.

1. `answers` says what each answer holds; `errors` gives every refusal one shape, with a sentence in Chinese.
2. `paging` turns the pages by a cursor. `endpoints` reads, always from what is published now.
3. `routes` puts it behind its addresses: open to other sites' scripts (CORS), without a session, with its description in
   OpenAPI at `/api/v1/schema/`. The description is kept in docs/api/openapi.json; a test finds where the two differ.
"""
