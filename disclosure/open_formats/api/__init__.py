"""The read-only API (开放接口) below `/api/v1/`: what the catalogue's pages show, for programs; anybody may read it.

`answers` says what each answer holds, `records` makes it of the portal's rows, `endpoints` reads what is published now. The
description in OpenAPI is kept in docs/api/openapi.json; a test finds where the two differ.
"""
