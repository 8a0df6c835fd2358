"""The command `import_notice`; its dry run stands without any database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tasks.models import WorkPointNotice

ROOT = Path(__file__).resolve().parents[3]
NOTICE = ROOT / "fixtures" / "2018-notice.txt"
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


def run(*arguments):
    command = [sys.executable, "manage.py", "import_notice", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **NOWHERE}, capture_output=True, check=False)


@pytest.mark.exhaustive
def test_a_dry_run_prints_the_parse_and_needs_no_database():
    done = run(str(NOTICE), "--dry-run", "--format", "json")

    expected = json.loads((ROOT / "tests/data/2018-notice.expected.json").read_text(encoding="utf-8"))
    printed = json.loads(done.stdout)
    assert {name: printed[name] for name in expected} == expected


def test_a_dry_run_without_format_prints_a_summary(capsys):
    call_command("import_notice", str(NOTICE), "--dry-run")

    lines = capsys.readouterr().out.splitlines()
    assert lines[5] == "共4个部分、15节、43条要点（2018年）。"
    assert lines[6].startswith("点名的单位17个：县审管办（责任12条）、")
    assert (
        lines[7]
        == "需要确定的单位组4个：有关部门（责任24条）、各乡镇(街道)（责任23条）、各有关部门（责任13条）、其他有关部门（责任1条）"
    )
    assert lines[8:] == [
        "时限 一(二)1：年内（2018-12-31）",
        "时限 一(四)1：24小时内、48小时内",
        "时限 二(三)4：1个工作日内",
        "时限 四(四)1：2018年11月底前（2018-11-30）",
        "提示0条。",
    ]


def test_warnings_stand_in_the_summary_with_their_lines(tmp_path, capsys):
    file = tmp_path / "notice.txt"
    file.write_text(
        "县政府办公室关于印发2018年工作要点的通知\n宁政办发〔2018〕1号\n2018年3月1日\n1.甲。", encoding="gbk"
    )

    call_command("import_notice", str(file), "--dry-run")

    assert capsys.readouterr().out.splitlines()[-2:] == ["提示1条：", "  第4行：要点“1”没有写明责任单位，请补充。"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("empty.txt", "文件里没有文字，请重新选择含有通知正文的文件。"),
        ("missing.txt", "打不开文件“missing.txt”，请检查文件名和权限。"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_in_a_sentence(tmp_path, monkeypatch, name, sentence):
    (tmp_path / "empty.txt").touch()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError) as refused:
        call_command("import_notice", name, "--dry-run")

    assert str(refused.value) == sentence


@pytest.mark.django_db
def test_without_dry_run_the_notice_is_kept_as_a_draft():
    call_command("import_notice", str(NOTICE))

    notice = WorkPointNotice.objects.get()
    assert (notice.year, notice.points.count(), notice.get_status_display()) == (2018, 43, "待下达")


def test_a_notice_that_says_no_year_is_read_for_the_year_that_is_told(tmp_path, capsys):
    file = tmp_path / "notice.txt"
    file.write_text("县政府办公室政务公开工作要点\n1.甲，9月底前完成。（责任单位：县财政局）", encoding="utf-8")

    with pytest.raises(CommandError, match="请加上 --year"):
        call_command("import_notice", str(file), "--dry-run")
    call_command("import_notice", str(file), "--dry-run", "--year", "2019", "--format", "json")

    printed = json.loads(capsys.readouterr().out)
    assert (printed["year"], printed["points"][0]["deadlines"]) == (
        2019,
        [{"text": "9月底前", "date": "2019-09-30"}],
    )


HEAD = "宁海县人民政府办公室关于印发2018年工作要点的通知\n宁政办发〔2018〕1号\n2018年3月1日\n"
ENDLESS = {
    "point": (f"{HEAD}1.{'推进公开，' * 4001}\n", r"要点“1”有20005个字，超过20000个字，请在原文件中按编号分段"),
    "file": (
        f"{HEAD}1.甲。（县财政局）\n" + f"{'推进公开，' * 100}\n" * 400,
        "超过200000个字，请只保留通知正文后再导入。",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ENDLESS)
def test_a_notice_longer_than_any_is_refused_in_a_sentence(tmp_path, text):
    written, sentence = ENDLESS[text]
    (tmp_path / "notice.txt").write_text(written, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command("import_notice", str(tmp_path / "notice.txt"))

    assert not WorkPointNotice.objects.exists()


def test_a_year_that_is_told_against_the_notice_counts_and_is_pointed_out(tmp_path, capsys):
    file = tmp_path / "notice.txt"
    file.write_text(f"{HEAD}1.甲，9月底前完成。（县财政局）", encoding="utf-8")

    call_command("import_notice", str(file), "--dry-run", "--year", "2019")

    lines = capsys.readouterr().out.splitlines()
    assert "  第1行：通知里写的是2018年，按填写的2019年度计算时限，请核对。" in lines
    assert "时限 1：9月底前（2019-09-30）" in lines


@pytest.mark.parametrize("year", ["0", "99999", "-1"])
def test_a_year_that_is_none_is_refused_in_a_sentence(tmp_path, year):
    file = tmp_path / "notice.txt"
    file.write_text(f"{HEAD}1.甲，9月底前完成。（县财政局）", encoding="utf-8")

    with pytest.raises(CommandError, match=f"年度“{year}”不对，应在2008至2100之间"):
        call_command("import_notice", str(file), "--dry-run", f"--year={year}")
