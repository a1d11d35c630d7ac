"""What the demo plant's store consists of: places, items, bills of materials; plain data, no database."""

# code, kind, parent, purpose, class, name, Chinese name; parents first
PLACES = [
    ("D-WH", "warehouse", None, "", "", "Main store", "主仓库"),
    ("D-WH-R", "zone", "D-WH", "receiving", "", "Receiving", "收货区"),
    ("D-WH-A", "zone", "D-WH", "stock", "metal", "Sheet and tube", "板材管材区"),
    ("D-WH-B", "zone", "D-WH", "stock", "fasteners", "Fasteners and fittings", "紧固件五金区"),
    ("D-WH-C", "zone", "D-WH", "stock", "chemicals", "Paint, oil, wire", "涂料油品焊材区"),
    ("D-WH-D", "zone", "D-WH", "stock", "packing", "Packing and semi-finished", "包装与半成品区"),
    ("D-WH-Q", "zone", "D-WH", "quarantine", "", "Quarantine", "不良品隔离区"),
    ("D-WH-S", "zone", "D-WH", "scrap", "", "Scrap", "废料区"),
    ("D-LS", "warehouse", None, "line_side", "", "Line side", "线边仓"),
    ("D-R-01", "bin", "D-WH-R", "receiving", "", "Receiving dock 1", "收货位1"),
    ("D-A-01", "bin", "D-WH-A", "stock", "metal", "Sheet rack 1", "板材架1"),
    ("D-A-02", "bin", "D-WH-A", "stock", "metal", "Sheet rack 2", "板材架2"),
    ("D-A-03", "bin", "D-WH-A", "stock", "metal", "Tube rack", "管材架"),
    ("D-B-01", "bin", "D-WH-B", "stock", "fasteners", "Fastener shelf 1", "紧固件货架1"),
    ("D-B-02", "bin", "D-WH-B", "stock", "fasteners", "Fastener shelf 2", "紧固件货架2"),
    ("D-C-01", "bin", "D-WH-C", "stock", "chemicals", "Paint cabinet", "涂料柜"),
    ("D-C-02", "bin", "D-WH-C", "stock", "chemicals", "Wire cabinet", "焊材柜"),
    ("D-D-01", "bin", "D-WH-D", "stock", "packing", "Packing shelf", "包装货架"),
    ("D-D-02", "bin", "D-WH-D", "stock", "semi-finished", "Semi-finished area", "半成品存放区"),
    ("D-Q-01", "bin", "D-WH-Q", "quarantine", "", "Quarantine 1", "隔离位1"),
    ("D-S-01", "bin", "D-WH-S", "scrap", "", "Scrap container", "废料箱"),
    ("D-LS-STA", "bin", "D-LS", "line_side", "", "Line side, stamping", "冲压线边"),
    ("D-LS-WEL", "bin", "D-LS", "line_side", "", "Line side, welding", "焊接线边"),
    ("D-LS-ASM", "bin", "D-LS", "line_side", "", "Line side, assembly", "装配线边"),
]

# code, name, Chinese name, specification, grade, unit, class, standard cost, minimum, by lot, inspected, shelf life in days, product
ITEMS = [
    ("D-ST-12", "Steel sheet 1.2", "冷轧板 1.2", "1.2 × 1250 × 2500", "SPCC", "kg", "metal", "5.20", "8000", True, True, None, None),
    ("D-ST-30", "Steel sheet 3.0", "热轧板 3.0", "3.0 × 1250 × 2500", "Q235B", "kg", "metal", "4.60", "2000", True, True, None, None),
    ("D-ST-40", "Steel sheet 4.0", "热轧板 4.0", "4.0 × 1250 × 2500", "Q235B", "kg", "metal", "4.55", "2000", True, True, None, None),
    ("D-TB-40", "Square tube 40", "方管 40", "40 × 40 × 2", "Q235B", "m", "metal", "12.80", "5000", True, True, None, None),
    ("D-WW-12", "Welding wire 1.2", "焊丝 1.2", "ER50-6, 15 kg", "ER50-6", "kg", "chemicals", "7.40", "200", True, False, 365, None),
    ("D-PW-7035", "Powder paint RAL 7035", "粉末涂料 RAL 7035", "25 kg", "", "kg", "chemicals", "19.50", "500", True, True, 180, None),
    ("D-OIL-C", "Punching oil", "冲压油", "20 l", "", "l", "chemicals", "14.00", "40", False, False, None, None),
    ("D-DG-1", "Degreaser", "脱脂剂", "25 l", "", "l", "chemicals", "9.80", "50", True, False, 270, None),
    ("D-SC-M6", "Screw M6 × 16", "螺钉 M6 × 16", "", "8.8", "pcs", "fasteners", "0.0850", "50000", False, False, None, None),
    ("D-SC-M6Z", "Screw M6 × 16, A2", "不锈钢螺钉 M6 × 16", "", "A2-70", "pcs", "fasteners", "0.2100", None, False, False, None, None),
    ("D-NT-M6", "Nut M6", "螺母 M6", "", "8", "pcs", "fasteners", "0.0420", "30000", False, False, None, None),
    ("D-HG-60", "Hinge 60 mm", "铰链 60 mm", "", "", "pcs", "fasteners", "3.6000", "2000", False, True, None, None),
    ("D-LK-1", "Cabinet lock", "柜锁", "MS705", "", "pcs", "fasteners", "11.5000", "1500", False, True, None, None),
    ("D-GL-20", "Cable gland M20", "电缆接头 M20", "M20 × 1.5", "", "pcs", "fasteners", "1.2500", "5000", False, False, None, None),
    ("D-GK-5", "Sealing strip", "密封条", "5 × 10", "EPDM", "m", "fasteners", "2.3000", "3000", False, False, None, None),
    ("D-GR-125", "Grinding disc 125", "磨片 125", "125 × 6", "", "pcs", "fasteners", "4.2000", "100", False, False, None, None),
    ("D-FOIL", "Protective foil", "保护膜", "600 mm × 200 m", "", "roll", "packing", "65.0000", "5", False, False, None, None),
    ("D-CTN-S", "Carton, small", "纸箱（小）", "300 × 200 × 200", "", "pcs", "packing", "2.4000", "500", False, False, None, None),
    ("D-CTN-L", "Carton, large", "纸箱（大）", "700 × 500 × 300", "", "pcs", "packing", "9.8000", "800", False, False, None, None),
    ("D-I-SP-80", "Side panel, painted", "侧板（涂）", "", "", "pcs", "semi-finished", "38.0000", None, True, False, None, "D-SP-80"),
    ("D-I-FR-300", "Frame, painted", "机架（涂）", "", "", "pcs", "semi-finished", "62.0000", None, True, False, None, "D-FR-300"),
    ("D-GLV", "Work gloves", "劳保手套", "L", "", "pair", "packing", "3.1000", "100", False, False, None, None),
]  # fmt: skip

# product, item, process, quantity per unit, loss in percent, set-up loss
BOMS = [
    ("D-HB-120", "D-ST-30", "D-PUNCH", "0.135", "3", "0"),
    ("D-HB-120", "D-OIL-C", "D-PUNCH", "0.0015", "0", "2"),
    ("D-HB-120", "D-CTN-S", None, "0.02", "0", "0"),
    ("D-MB-45", "D-ST-40", "D-PUNCH", "0.16", "3", "0"),
    ("D-MB-45", "D-WW-12", "D-WELD", "0.008", "5", "0"),
    ("D-MB-45", "D-CTN-S", None, "0.02", "0", "0"),
    ("D-SP-80", "D-ST-12", "D-PUNCH", "4.6", "4", "20"),
    ("D-SP-80", "D-PW-7035", None, "0.12", "6", "0"),
    ("D-SP-80", "D-DG-1", None, "0.01", "0", "0"),
    ("D-SP-80", "D-FOIL", None, "0.003", "0", "0"),
    ("D-FR-300", "D-TB-40", "D-WELD", "3.2", "2", "6"),
    ("D-FR-300", "D-WW-12", "D-WELD", "0.045", "5", "0"),
    ("D-FR-300", "D-GR-125", "D-WELD", "0.01", "0", "0"),
    ("D-FR-300", "D-PW-7035", None, "0.09", "6", "0"),
    ("D-CB-60", "D-I-SP-80", "D-ASSY", "4", "0", "0"),
    ("D-CB-60", "D-I-FR-300", "D-ASSY", "1", "0", "0"),
    ("D-CB-60", "D-SC-M6", "D-ASSY", "24", "1", "0"),
    ("D-CB-60", "D-NT-M6", "D-ASSY", "12", "1", "0"),
    ("D-CB-60", "D-HG-60", "D-ASSY", "2", "0", "0"),
    ("D-CB-60", "D-LK-1", "D-ASSY", "1", "0", "0"),
    ("D-CB-60", "D-GL-20", "D-ASSY", "4", "0", "0"),
    ("D-CB-60", "D-GK-5", "D-ASSY", "2.1", "2", "0"),
    ("D-CB-60", "D-CTN-L", None, "1", "0", "0"),
]

# product, item, its substitute, what one of it counts
SUBSTITUTES = [("D-CB-60", "D-SC-M6", "D-SC-M6Z", "1")]

# item, bin, lot, share of what the released orders ask in percent, days until it expires
OPENING = [
    ("D-ST-12", "D-A-01", "H260903", 20, None),
    ("D-ST-12", "D-A-02", "H261002", 15, None),
    ("D-ST-30", "D-A-01", "B260918", 30, None),
    ("D-ST-40", "D-A-02", "B260921", 30, None),
    ("D-TB-40", "D-A-03", "T260911", 25, None),
    ("D-WW-12", "D-C-02", "W2605", 15, 21),
    ("D-WW-12", "D-C-02", "W2609", 20, 300),
    ("D-PW-7035", "D-C-01", "P2606", 10, 9),
    ("D-PW-7035", "D-C-01", "P2610", 25, 140),
    ("D-OIL-C", "D-C-01", "", 120, None),
    ("D-DG-1", "D-C-01", "E2608", 40, 190),
    ("D-SC-M6", "D-B-01", "", 30, None),
    ("D-SC-M6", "D-B-02", "", 10, None),
    ("D-NT-M6", "D-B-01", "", 35, None),
    ("D-HG-60", "D-B-02", "", 35, None),
    ("D-LK-1", "D-B-02", "", 20, None),
    ("D-GL-20", "D-B-02", "", 40, None),
    ("D-GK-5", "D-B-01", "", 30, None),
    ("D-GR-125", "D-B-01", "", 60, None),
    ("D-FOIL", "D-D-01", "", 50, None),
    ("D-CTN-S", "D-D-01", "", 40, None),
    ("D-CTN-L", "D-D-01", "", 25, None),
    ("D-I-SP-80", "D-D-02", "S261105", 22, None),
    ("D-I-FR-300", "D-D-02", "F261106", 24, None),
]

# What stands there beside the orders' material: item, bin, lot, quantity, days until it expires
OPENING_BESIDE = [
    ("D-SC-M6Z", "D-B-02", "", "4000", None),
    ("D-GLV", "D-D-01", "", "260", None),
    ("D-ST-30", "D-Q-01", "B260801", "184.500", None),
    ("D-ST-12", "D-S-01", "H260115", "96.000", None),
    ("D-ST-30", "D-LS-STA", "B260918", "120.000", None),
    ("D-PW-7035", "D-C-01", "P2512", "42.000", -12),
]

# number of the order's product and workshop, item, share of the quota in percent, reason, note, what became of it
SUPPLEMENTS = [
    ("D-HB-120", "D-STA", "D-OIL-C", 4, "process_loss", "换模漏油 / Oil lost at the die change", "drawn"),
    ("D-HB-120", "D-STA", "D-ST-30", 2, "scrap", "首件尺寸超差 / First pieces out of size", "approved"),
    ("D-HB-120", "D-STA", "D-CTN-S", 3, "lost", "受潮报废 / Cartons got wet", "requested"),
    ("D-SP-80", "D-STA", "D-PW-7035", 8, "quota_too_low", "返喷增加 / More repainting than planned", "requested"),
    ("D-SP-80", "D-STA", "D-ST-12", 3, "material_defect", "板面划伤 / Scratched sheets", "rejected"),
    ("D-MB-45", "D-STA", "D-ST-40", 6, "lost", "数量不符 / Count does not match", "rejected"),
    ("D-MB-45", "D-STA", "D-CTN-S", 2, "process_loss", "", "lapsed"),
    ("D-SP-80", "D-STA", "D-FOIL", 5, "scrap", "", "lapsed"),
]
