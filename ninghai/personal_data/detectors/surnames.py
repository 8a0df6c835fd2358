"""姓氏: what a Chinese name begins with; and a name that stands by itself in a text."""

import re

SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申"
    "欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
    "官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋"
    "相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯"
    "元束檀衣信展阴昝智幸奉植衡富尧闭由竺"
)
DOUBLE = "欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|令狐|端木|公孙|东方|夏侯|慕容|轩辕|长孙|宇文|司空|钟离|澹台|赫连|申屠|鲜于|闾丘|呼延"
SURNAME = rf"(?:{DOUBLE}|[{SINGLE}])"
NAME = rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}"
FULL_NAME = re.compile(rf"(?:^|[^\u4e00-\u9fff]){NAME}[,，、:：\s(（]*$")
WHOLE_NAME = re.compile(rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{2,10}}·[\u4e00-\u9fff]{{2,10}}")


def looks_like_a_name(words: str) -> bool:
    """A known surname and one or two characters more, or a name with a dot (买买提·艾力); 张某某 is masked already."""
    return "某" not in words and bool(WHOLE_NAME.fullmatch(words))
