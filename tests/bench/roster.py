"""``bin/bench roster``: 5,000 rows from a workbook into the database through the command."""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import openpyxl

from tests.bench import database
from tests.bench.pages import _keys

ROWS = int(os.environ.get("BENCH_ROWS", "5000"))
TARGET_SECONDS, TARGET_MEMORY = 30, 512
HEADINGS = [
    *("序号", "姓名", "性别", "民族", "出生年月", "身份证号", "部门", "职务", "职级", "法官等级"),
    *("人员类别", "参加工作时间", "任现职时间", "任现职级时间", "政治面貌", "入党时间", "转正时间"),
    *("所在支部", "联系电话", "备注"),
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main() -> int:
    with database.fresh() as url, tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "roster.xlsx"
        workbook.write_bytes(_workbook())
        surroundings = os.environ | {"DATABASE_URL": url, "COURTPARTY_DATA": folder} | _keys()
        for command in (["migrate", "--verbosity=0"], ["create_court", "bench", "示例县人民法院"]):
            subprocess.run([sys.executable, "manage.py", *command], env=surroundings, check=True)
        command = ["import_roster", str(workbook), "--court", "bench", "--create-units"]
        begin = time.perf_counter()
        subprocess.run([sys.executable, "manage.py", *command], env=surroundings, check=True)
        seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"roster import of {ROWS:,} rows: {seconds:.1f} s, at most {memory:.0f} MB a process")
    met = seconds <= TARGET_SECONDS and memory <= TARGET_MEMORY
    print(f"target {TARGET_SECONDS} s and {TARGET_MEMORY} MB:", "met" if met else "MISSED")
    return 0 if met else 1


def _workbook() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(["示例县人民法院干警花名册"])
    sheet.append(HEADINGS)
    for n in range(1, ROWS + 1):
        born = date(1965 + n % 35, 1 + n % 12, 1 + n % 28)
        sheet.append([*_person(n, born)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _person(n: int, born: date) -> list[object]:
    body = f"990101{born:%Y%m%d}{n // 420:03d}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    sex = "男" if int(body[-1]) % 2 else "女"
    given = "伟芳娜敏静丽强磊军洋"[n % 10] + "海燕文博志红玉梅春嘉"[n // 10 % 10]
    department = ["立案庭", "刑事审判庭", "民事审判第一庭", "执行局"][n % 4]
    branch = f"第{'一二三四五六'[n % 6]}党支部"
    return [
        *(n, "赵钱孙李周吴郑王"[n % 8] + given, sex, "汉族", f"{born:%Y.%m}", body + check),
        *(department, "审判员", "无", "三级法官", "员额法官", "2008.07", "2015.03", "2015-03-01"),
        *("中共党员", "2006年07月", "2007年07月", branch, "19900000000", None),
    ]


if __name__ == "__main__":
    sys.exit(main())
