"""The 120 products of Qinghe."""

import pandas as pd

# Margin of the price; a promoted product has given most of it away.
MARGINS = {
    "grain_oil": 0.14, "fresh": 0.26, "dairy": 0.18, "snacks": 0.32,
    "drinks": 0.26, "home": 0.34, "baby": 0.20, "imported": 0.38,
}  # fmt: skip
GIVEN_AWAY = 0.6

# English name, Chinese name, price before promotion; * promoted.
RANGE = {
    "grain_oil": """
        Rice 5 kg, 大米 5 千克, 45.9*; Rice 10 kg, 大米 10 千克, 86; Millet 1 kg, 小米 1 千克, 16.8;
        Flour 5 kg, 面粉 5 千克, 32.9*; Noodles 1 kg, 挂面 1 千克, 11.9*; Soy oil 5 l, 大豆油 5 升, 59.9*;
        Peanut oil 5 l, 花生油 5 升, 139*; Rapeseed oil 5 l, 菜籽油 5 升, 79.9; Soy sauce, 酱油, 12.9*;
        Vinegar, 香醋, 9.9; Salt and spices, 盐和香料, 8.8; Red beans 1 kg, 红豆 1 千克, 19.8;
        Black rice 1 kg, 黑米 1 千克, 17.9; Oats 1 kg, 燕麦片 1 千克, 22.9*; Sesame oil, 芝麻香油, 25.9
    """,
    "fresh": """
        Eggs 30, 鸡蛋 30 枚, 27.9*; Pork 500 g, 猪肉 500 克, 22.8*; Beef 500 g, 牛肉 500 克, 49.9; Chicken, 整鸡, 35.9*;
        Carp, 鲤鱼, 29.9; Prawns 500 g, 大虾 500 克, 69; Hairy crabs 4, 大闸蟹 4 只, 168; Pak choi, 小青菜, 5.9*;
        Tomatoes 1 kg, 西红柿 1 千克, 9.9*; Potatoes 2 kg, 土豆 2 千克, 8.9; Apples 2 kg, 苹果 2 千克, 25.9*;
        Oranges 2 kg, 橙子 2 千克, 29.9; Lychees 1 kg, 荔枝 1 千克, 49.9; Matsutake 100 g, 松茸 100 克, 128;
        Tofu, 豆腐, 4.9
    """,
    "dairy": """
        Milk 12 x 250 ml, 纯牛奶 12 盒, 49.9*; Fresh milk 1 l, 鲜牛奶 1 升, 19.9; Yoghurt 8, 酸奶 8 杯, 29.9*;
        Drinking yoghurt, 酸奶饮品, 9.9*; Butter, 黄油, 26.9; Cheese slices, 奶酪片, 24.9; Cheese sticks, 奶酪棒, 32.9;
        Milk powder adult, 成人奶粉, 89*; Cream, 淡奶油, 28.9; Soy milk 12, 豆奶 12 盒, 36.9*;
        Ice cream 6, 冰淇淋 6 支, 35.9; Goat milk, 羊奶, 59.9; Condensed milk, 炼乳, 15.9; Pudding 4, 布丁 4 杯, 16.9;
        Clotted cream, 奶皮子, 39.9
    """,
    "snacks": """
        Crisps, 薯片, 8.9*; Sunflower seeds, 瓜子, 12.9*; Mixed nuts, 混合坚果, 39.9; Biscuits, 饼干, 10.9*;
        Chocolate, 巧克力, 19.9; Seaweed, 海苔, 15.9; Spicy strips, 辣条, 5.9*; Dried mango, 芒果干, 16.9;
        Rice crackers, 米饼, 9.9; Beef jerky, 牛肉干, 45.9; Jelly, 果冻, 8.9; Popcorn, 爆米花, 9.9;
        Egg-yolk pastry, 蛋黄酥, 29.9; Instant noodles 5, 方便面 5 包, 14.9*; Plum sweets, 话梅, 11.9
    """,
    "drinks": """
        Water 24, 矿泉水 24 瓶, 29.9*; Green tea drink, 绿茶饮料, 4.9; Cola 12, 可乐 12 罐, 27.9*;
        Orange juice, 橙汁, 15.9; Beer 12, 啤酒 12 罐, 49.9*; Plum wine, 梅子酒, 59.9; Bubble tea, 奶茶, 9.9;
        Coconut water, 椰子水, 9.9; Coffee cans 6, 罐装咖啡 6 罐, 35.9; Herbal tea, 凉茶, 5.9*;
        Energy drink, 功能饮料, 6.9; Sparkling water 6, 气泡水 6 瓶, 29.9*; Longjing tea 100 g, 龙井茶 100 克, 128;
        Pu'er tea cake, 普洱茶饼, 168; Sour plum drink, 酸梅汤, 7.9
    """,
    "home": """
        Toilet paper 27, 卷纸 27 卷, 49.9*; Tissues 24, 抽纸 24 包, 45.9*; Washing powder, 洗衣液, 39.9*;
        Washing-up liquid, 洗洁精, 12.9*; Shampoo, 洗发水, 45.9; Soap 4, 香皂 4 块, 15.9*; Toothpaste, 牙膏, 14.9;
        Towels 2, 毛巾 2 条, 25.9; Bin bags, 垃圾袋, 9.9*; Mosquito coils, 蚊香, 16.9; Cling film, 保鲜膜, 9.9;
        Wok, 炒锅, 139; Thermos, 保温杯, 79.9; Slippers, 拖鞋, 19.9; Umbrella, 雨伞, 35.9
    """,
    "baby": """
        Nappies, 纸尿裤, 99*; Baby wipes 6, 婴儿湿巾 6 包, 35.9*; Infant formula, 婴儿奶粉, 218;
        Rice cereal, 婴儿米粉, 45.9; Fruit puree 6, 果泥 6 袋, 49.9; Baby biscuits, 磨牙饼干, 19.9;
        Baby shampoo, 婴儿洗发露, 39.9; Bottle, 奶瓶, 69; Bib 3, 围兜 3 条, 29.9; Picture book, 绘本, 25.9*;
        Building bricks, 积木, 89; Crayons, 蜡笔, 18.9; Children's milk 12, 儿童牛奶 12 盒, 55.9*;
        Vitamin drops, 维生素滴剂, 78; Sun hat, 遮阳帽, 39.9
    """,
    "imported": """
        Olive oil, 橄榄油, 98; Salmon 300 g, 三文鱼 300 克, 89; Steak 500 g, 牛排 500 克, 128;
        Cherries 1 kg, 车厘子 1 千克, 119; Kiwi fruit 6, 奇异果 6 个, 45.9*; Red wine, 红酒, 139;
        Blue cheese, 蓝纹奶酪, 65; Ham 100 g, 火腿 100 克, 79; Avocados 4, 牛油果 4 个, 39.9*;
        Coffee beans 500 g, 咖啡豆 500 克, 108; Maple syrup, 枫糖浆, 69; Macadamia nuts, 夏威夷果, 75; Honey, 蜂蜜, 88;
        Pasta, 意大利面, 19.9*; Dark chocolate, 黑巧克力, 35.9
    """,
}  # fmt: skip


def products():
    """Return the table of products. Prices are multiples of 0.1 yuan: with 10 or 20 % off, no cent is rounded."""
    items = [
        (category, *(part.strip() for part in item.split(",")))
        for category, text in RANGE.items()
        for item in text.split(";")
    ]
    table = pd.DataFrame(items, columns=["category", "name_en", "name_zh", "price"])
    table.insert(0, "product_id", [f"P{number:03}" for number in range(1, len(table) + 1)])
    promoted = table["price"].str.endswith("*")
    full = table["price"].str.rstrip("*").astype(float)
    margin = table["category"].map(MARGINS)
    table["price"] = (full * (1 - GIVEN_AWAY * margin * promoted)).round(1)
    table["cost"] = (full * (1 - margin)).round(1)
    table["promoted"] = promoted.astype(int)
    return table
