"""Who and what the demo plant consists of; plain data, no database."""

from datetime import date, time

# code, kind, parent, name, Chinese name
ORGANISATION = [
    ("D-PLANT", "plant", None, "Hongyuan Precision · Plant 1", "宏远精工 · 一厂"),
    ("D-STA", "workshop", "D-PLANT", "Stamping", "冲压车间"),
    ("D-WEL", "workshop", "D-PLANT", "Welding", "焊接车间"),
    ("D-ASM", "workshop", "D-PLANT", "Assembly", "装配车间"),
    ("D-STA-1", "team", "D-STA", "Stamping 1", "冲压一班"),
    ("D-STA-2", "team", "D-STA", "Stamping 2", "冲压二班"),
    ("D-BND", "team", "D-STA", "Bending", "折弯班"),
    ("D-WEL-1", "team", "D-WEL", "Welding 1", "焊接一班"),
    ("D-WEL-2", "team", "D-WEL", "Welding 2 (night)", "焊接二班（夜）"),
    ("D-ASM-1", "team", "D-ASM", "Assembly 1", "装配一班"),
    ("D-ASM-2", "team", "D-ASM", "Assembly 2", "装配二班"),
]

# code, name, Chinese name, starts, ends, break in minutes
SHIFTS = [
    ("D-DAY", "Day shift", "白班", time(8), time(17), 60),
    ("D-NIGHT", "Night shift", "夜班", time(20), time(5), 60),
]

# The demo plant works every day, so that whoever tries it finds a day's work; festivals are off (Monday is 0).
WORKING_WEEKDAYS = [0, 1, 2, 3, 4, 5, 6]

# One log-in per role: user name (the role code), where it stands (None = whole company), name, position
LOGINS = [
    ("adm", None, "赵文博", "系统管理员 / Administrator"),
    ("dir", None, "林国华", "厂长 / Plant director"),
    ("mgr", None, "张辉", "生产经理 / Production manager"),
    ("wsm", "D-STA", "刘建国", "冲压车间主任 / Stamping manager"),
    ("sup", "D-STA", "王志强", "冲压主管 / Stamping supervisor"),
    ("tld", "D-STA-1", "李敏", "冲压一班班长 / Team leader"),
    ("opr", "D-STA-1", "赵磊", "冲压工 / Press operator"),
    ("ins", "D-PLANT", "孙悦", "专检员 / Inspector"),
    ("stk", "D-PLANT", "周婷", "仓库管理员 / Storekeeper"),
    ("plr", "D-PLANT", "吴晓东", "计划员 / Planner"),
    ("buy", "D-PLANT", "郑洁", "采购员 / Purchaser"),
    ("mnt", "D-PLANT", "陈国栋", "维修员 / Maintenance"),
    ("hrt", "D-PLANT", "钱丽", "人事培训 / HR and training"),
    ("sixc", "D-PLANT", "冯雪", "6S委员 / 6S committee"),
    ("eng", "D-PLANT", "许志远", "工艺工程师 / Process engineer"),
]

# Leaders without a log-in of their own: where, name, position
LEADERS = [
    ("D-WEL", "高峰", "焊接车间主任 / Welding manager"),
    ("D-ASM", "唐静", "装配车间主任 / Assembly manager"),
    ("D-STA-2", "马超", "冲压二班班长 / Team leader"),
    ("D-BND", "胡斌", "折弯班班长 / Team leader"),
    ("D-WEL-1", "周健", "焊接一班班长 / Team leader"),
    ("D-WEL-2", "罗强", "焊接二班班长 / Team leader"),
    ("D-ASM-1", "梁燕", "装配一班班长 / Team leader"),
    ("D-ASM-2", "谢芳", "装配二班班长 / Team leader"),
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN_NAMES = [
    "伟",
    "芳",
    "娜",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "建华",
    "小红",
    "志明",
    "秀兰",
    "海燕",
]

# code, name, Chinese name, specification
PRODUCTS = [
    ("D-HB-120", "Hinge bracket", "铰链支架", "120 × 45 × 3"),
    ("D-MB-45", "Motor bracket", "电机支架", "45 × 60 × 4"),
    ("D-SP-80", "Side panel", "侧板", "800 × 600 × 1.2"),
    ("D-FR-300", "Frame", "机架", "300 × 420"),
    ("D-CB-60", "Control cabinet", "控制柜", "600 × 400 × 250"),
]

# code, name, Chinese name, organisation unit, key, final
PROCESSES = [
    ("D-PUNCH", "Punching", "冲孔", "D-STA", True, False),
    ("D-BEND", "Bending", "折弯", "D-STA", False, False),
    ("D-WELD", "Welding", "焊接", "D-WEL", True, False),
    ("D-ASSY", "Assembly", "装配", "D-ASM", False, True),
]

# product, process, hours per unit, and the tightened standard from the year's first of April on
STANDARDS = [
    ("D-HB-120", "D-PUNCH", "0.100000", "0.096000"),
    ("D-MB-45", "D-PUNCH", "0.110000", "0.106000"),
    ("D-SP-80", "D-PUNCH", "0.140000", "0.136000"),
    ("D-SP-80", "D-BEND", "0.120000", "0.118000"),
    ("D-HB-120", "D-BEND", "0.090000", "0.088000"),
    ("D-FR-300", "D-WELD", "0.320000", "0.312000"),
    ("D-MB-45", "D-WELD", "0.180000", "0.176000"),
    ("D-CB-60", "D-ASSY", "0.450000", "0.440000"),
    ("D-FR-300", "D-ASSY", "0.260000", "0.255000"),
]

# team, shift, people, process, products, usual efficiency %, usual scrap %
TEAMS = [
    ("D-STA-1", "D-DAY", 12, "D-PUNCH", ["D-HB-120", "D-MB-45"], 89, 0.8),
    ("D-STA-2", "D-DAY", 12, "D-PUNCH", ["D-SP-80", "D-HB-120"], 80, 1.7),
    ("D-BND", "D-DAY", 8, "D-BEND", ["D-SP-80", "D-HB-120"], 87, 0.7),
    ("D-WEL-1", "D-DAY", 14, "D-WELD", ["D-FR-300", "D-MB-45"], 88, 0.8),
    ("D-WEL-2", "D-NIGHT", 10, "D-WELD", ["D-FR-300"], 80, 1.4),
    ("D-ASM-1", "D-DAY", 16, "D-ASSY", ["D-CB-60"], 89, 0.3),
    ("D-ASM-2", "D-DAY", 14, "D-ASSY", ["D-FR-300", "D-CB-60"], 88, 0.4),
]

# The days off that move with the moon: first day, last day, name, Chinese name
FESTIVALS = [
    (date(2025, 1, 28), date(2025, 2, 3), "Spring Festival", "春节"),
    (date(2025, 4, 4), date(2025, 4, 5), "Qingming", "清明节"),
    (date(2025, 5, 31), date(2025, 5, 31), "Dragon Boat Festival", "端午节"),
    (date(2026, 2, 16), date(2026, 2, 22), "Spring Festival", "春节"),
    (date(2026, 4, 4), date(2026, 4, 6), "Qingming", "清明节"),
    (date(2026, 6, 19), date(2026, 6, 20), "Dragon Boat Festival", "端午节"),
    (date(2026, 9, 25), date(2026, 9, 26), "Mid-Autumn Festival", "中秋节"),
    (date(2027, 2, 5), date(2027, 2, 11), "Spring Festival", "春节"),
    (date(2027, 4, 5), date(2027, 4, 5), "Qingming", "清明节"),
    (date(2027, 6, 9), date(2027, 6, 9), "Dragon Boat Festival", "端午节"),
    (date(2027, 9, 15), date(2027, 9, 15), "Mid-Autumn Festival", "中秋节"),
]

# What supervisors wrote beside an NG answer: item key, note
NG_NOTES = [
    ("T-01-02", "3号通道有油渍 / Oil on aisle 3"),
    ("T-01-10", "P-03 冲床油管接头渗油 / P-03 press: oil leak at hose joint"),
    ("T-01-13", "一人未戴护目镜 / One person without goggles"),
    ("T-01-17", "折弯前半成品堆积 2 托 / Two pallets piled up before bending"),
    ("T-01-24", "灭火器前有物料 / Material in front of an extinguisher"),
]

# code, name, Chinese name, off on the plant's days off, the cycle
PATTERNS: list[tuple[str, str, str, bool, list[str | None]]] = [
    ("D-P-DAY", "Day shift, every working day", "白班，工作日上班", True, ["D-DAY"]),
    ("D-P-NIGHT", "Night shift, every working day", "夜班，工作日上班", True, ["D-NIGHT"]),
    ("D-P-2222", "Two days, two nights, two off", "两白两夜两休", False, ["D-DAY", "D-DAY", "D-NIGHT", "D-NIGHT", None, None]),
]

# Staff number and how many days ago this person began: both in Stamping 1.
NEW_JOINERS = [("D-111", 12), ("D-110", 3)]

# What newcomers were shown, day by day
GUIDANCE = [
    "安全须知和劳保用品 / Safety rules and protective wear",
    "工艺卡和首件自检 / Process card and first-piece self-check",
    "在带教人旁边操作 / Worked beside the mentor",
    "独立操作两小时，无异常 / Two hours alone, nothing abnormal",
]
