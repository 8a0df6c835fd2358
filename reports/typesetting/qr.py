"""The QR code (二维码) that leads a reader of the paper to the page which confirms it."""

import segno


def qr_code(address: str) -> str:
    """The address as a QR code, an SVG picture in a data: address; quarter of it may be lost to a stain."""
    data_uri: str = segno.make(address, error="q", micro=False).svg_data_uri(border=0, scale=4)
    return data_uri
