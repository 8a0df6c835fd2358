"""Which parts of a Word document, workbook or presentation are kept, by what leads to them (ECMA-376)."""

IMAGES = {"png", "jpeg", "jpg", "gif", "bmp", "tif", "tiff"}
ALSO_DRAWN = {
    "chart",
    "chartUserShapes",
    "diagramData",
    "diagramLayout",
    "diagramQuickStyle",
    "diagramColors",
    "diagramDrawing",
}
EVERYWHERE = {"image", "hyperlink", "theme", "themeOverride", "drawing", "vmlDrawing", *ALSO_DRAWN}
KEPT = {
    "docx": EVERYWHERE
    | {
        "officeDocument",
        "styles",
        "settings",
        "fontTable",
        "numbering",
        "footnotes",
        "endnotes",
        "header",
        "footer",
        "comments",
    },
    "xlsx": EVERYWHERE
    | {"officeDocument", "worksheet", "chartsheet", "styles", "sharedStrings", "table", "comments", "sheetMetadata"},
    "pptx": EVERYWHERE
    | {
        "officeDocument",
        "slide",
        "slideMaster",
        "slideLayout",
        "notesMaster",
        "notesSlide",
        "handoutMaster",
        "presProps",
        "tableStyles",
        "comments",
        "commentAuthors",
    },
}
FOLDERS = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
EMBEDDED = {"oleObject", "package", "control", "aFChunk", "subDocument", "frame", "ink"}
NAMESPACES = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/office/",
    "urn:schemas-microsoft-com:",
    "http://www.wps.cn/officeDocument/",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2001/XMLSchema-instance",
)
# Elements that tell of the maker, of data elsewhere, or of what nobody sees.
GONE = {
    "docVars", "attachedTemplate", "mailMerge", "rsids", "dataBinding", "customXmlPr", "smartTagPr", "saveThroughXslt",
    "schemaLibrary", "attachedSchema", "hdrShapeDefaults", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic",
    "externalReferences", "pivotCaches", "customWorkbookViews", "fileSharing", "webPublishing", "webPublishItems",
    "fileRecoveryPr", "functionGroups", "smartTags", "scenarios", "customProperties", "externalData", "printerSettings",
    "custDataLst", "custShowLst", "smartTagType", "docPartObj", "lastEdited", "proofState", "writeProtection", "absPath",
    "fldData", "binData", "helpText", "statusText", "entryMacro", "exitMacro",
}  # fmt: skip
WORDS = {"descr", "title", "tooltip", "alt", "name"}
MAKERS = {"author", "initials"}  # of changes and comments in Word
# Where a reference to what is gone is taken off and its element stays.
STAYS = {"pageSetup", "blip", "imagedata", "fill", "stroke", "hyperlink"}
# Where parts lie, by which readers know them again.
PLACES = {
    "image": "media/",
    "worksheet": "worksheets/",
    "chartsheet": "chartsheets/",
    "slide": "slides/",
    "slideMaster": "slideMasters/",
    "slideLayout": "slideLayouts/",
    "notesMaster": "notesMasters/",
    "notesSlide": "notesSlides/",
    "handoutMaster": "handoutMasters/",
    "chart": "charts/",
    "drawing": "drawings/",
    "table": "tables/",
    "chartUserShapes": "drawings/",
    "diagramData": "diagrams/",
    "diagramLayout": "diagrams/",
    "diagramQuickStyle": "diagrams/",
    "diagramColors": "diagrams/",
    "diagramDrawing": "diagrams/",
    "theme": "theme/",
}
ALONE = {
    "styles", "settings", "fontTable", "numbering", "footnotes", "endnotes", "sharedStrings", "presProps", "tableStyles",
}  # fmt: skip
# Elements in which words stand; in all others there are numbers at most.
TEXTS = {
    "t", "instrText", "delText", "delInstrText", "v", "f", "formula", "formula1", "formula2", "definedName", "author",
    "text", "formatCode", "separator", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
    "calculatedColumnFormula", "totalsRowFormula", "align", "sqref", "pt",
}  # fmt: skip
# Parts that say nothing to a reader.
WORDLESS = {
    "styles", "settings", "fontTable", "numbering", "theme", "themeOverride", "presProps", "tableStyles", "sheetMetadata",
    "diagramLayout", "diagramQuickStyle", "diagramColors", "notesMaster", "handoutMaster",
}  # fmt: skip
# Within these stand the words that somebody reads, and that the finder of personal data reads, too.
READ_WITHIN = {"p", "c", "si", "is", "comment", "cm"}
SHAPES = {"path", "points", "fmla", "coordsize", "coordorigin", "adj", "style", "d"}  # attributes of many numbers
