"""How much of a workbook is read. Beyond these a file is refused, with the reason."""

MAX_BYTES = 10 * 2**20

MAX_ROWS = 60_000
MAX_COLUMNS = 120
MAX_SHEETS = 60
MAX_CELLS = 1_200_000
MAX_ROWS_IN_ALL = 150_000
MAX_MERGED_ROWS = 200_000

MAX_ENTRIES = 2_000
MAX_UNPACKED = 150 * 2**20
MAX_RATIO = 200  # an honest sheet packs 10 to 50 times
MAX_RESULT = 48 * 2**20

SECONDS = 60
MEMORY = 400 * 2**20
