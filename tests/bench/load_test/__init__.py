"""Made-up items for load tests (压力测试数据): as many as wanted, like real ones in length and words, straight into the tables.

words.py   what a county's papers speak of
texts.py   titles and bodies made of these words
items.py   the rows, index numbers drawn without a gap
indexes.py the search indexes, built once at the end
"""
