"""The two questionnaires: items and answers in both languages, bands, and where they are from."""

from retention.rules.screening import Band, Item, Option, Questionnaire

PSS10 = Questionnaire(
    code="pss10",
    lead="在过去的一个月里,您有多少时候出现以下的感受或想法?请按第一感觉作答。",
    lead_en=(
        "In the last month, how often have you felt or thought as follows? "
        "Answer with what first comes to mind."
    ),
    items=(
        Item(
            "因为一些无法预期的事情发生而感到心烦意乱",
            "Been upset because of something that happened unexpectedly",
        ),
        Item(
            "感觉无法控制自己生活中重要的事情",
            "Felt that you were unable to control the important things in your life",
        ),
        Item("感到紧张不安和压力", "Felt nervous and stressed"),
        Item(
            "对于有能力处理自己私人的问题感到很有信心",
            "Felt confident about your ability to handle your personal problems",
            is_reversed=True,
        ),
        Item("感到事情顺心如意", "Felt that things were going your way", is_reversed=True),
        Item(
            "发现自己无法处理所有自己必须做的事情",
            "Found that you could not cope with all the things that you had to do",
        ),
        Item(
            "有办法控制生活中恼人的事情",
            "Been able to control irritations in your life",
            is_reversed=True,
        ),
        Item("常觉得自己是驾驭事情的主人", "Felt that you were on top of things", is_reversed=True),
        Item(
            "常生气,因为很多事情的发生是超出自己所能控制的",
            "Been angered because of things that were outside of your control",
        ),
        Item(
            "常感到困难的事情堆积如山,而自己无法克服它们",
            "Felt difficulties were piling up so high that you could not overcome them",
        ),
    ),
    options=(
        Option("从不", "Never"),
        Option("偶尔", "Almost never"),
        Option("有时", "Sometimes"),
        Option("常常", "Fairly often"),
        Option("总是", "Very often"),
    ),
    bands=(
        Band("low", 0, 13, 0),
        Band("moderate", 14, 26, 1),
        Band("high", 27, 40, 2),
    ),
    elevated_from=2,
    source=(
        "知觉压力量表 PSS-10(Cohen 等,1983;Cohen 与 Williamson,1988)。中文措辞取自通行的中文版"
        "知觉压力量表(杨廷忠、黄汉腾,2003)的相应条目,未与原文逐字核对。"
        "0–13、14–26、27–40 的分段是通行做法,量表作者本人未规定分界值。"
    ),
    source_en=(
        "Perceived Stress Scale, 10 items (Cohen et al. 1983; Cohen and Williamson 1988). The "
        "Chinese words are those of the corresponding items of the Chinese version in common use "
        "(Yang and Huang 2003), not compared with the original letter by letter. The bands "
        "0–13, 14–26 and 27–40 are customary; the authors of the scale gave no cut-offs."
    ),
    certainty="S",
)

PHQ9 = Questionnaire(
    code="phq9",
    lead="在过去的两个星期里,您有多少时候受到以下问题的困扰?",
    lead_en="Over the last two weeks, how often have you been bothered by the following problems?",
    items=(
        Item("做事时提不起劲或没有兴趣", "Little interest or pleasure in doing things"),
        Item("感到心情低落、沮丧或绝望", "Feeling down, depressed, or hopeless"),
        Item(
            "入睡困难、睡不安稳或睡眠过多",
            "Trouble falling or staying asleep, or sleeping too much",
        ),
        Item("感觉疲倦或没有活力", "Feeling tired or having little energy"),
        Item("食欲不振或吃太多", "Poor appetite or overeating"),
        Item(
            "觉得自己很糟,或觉得自己很失败,或让自己或家人失望",
            "Feeling bad about yourself – or that you are a failure or have let yourself or "
            "your family down",
        ),
        Item(
            "对事物专注有困难,例如阅读报纸或看电视时",
            "Trouble concentrating on things, such as reading the newspaper or watching television",
        ),
        Item(
            "动作或说话速度缓慢到别人已经觉察;或正好相反,烦躁或坐立不安、动来动去的情况更胜于平常",
            "Moving or speaking so slowly that other people could have noticed; or the opposite – "
            "being so fidgety or restless that you have been moving around a lot more than usual",
        ),
        Item(
            "有不如死掉或用某种方式伤害自己的念头",
            "Thoughts that you would be better off dead, or of hurting yourself in some way",
        ),
    ),
    options=(
        Option("完全不会", "Not at all"),
        Option("好几天", "Several days"),
        Option("一半以上的天数", "More than half the days"),
        Option("几乎每天", "Nearly every day"),
    ),
    bands=(
        Band("none", 0, 4, 0),
        Band("mild", 5, 9, 1),
        Band("moderate", 10, 14, 2),
        Band("moderately_severe", 15, 19, 3),
        Band("severe", 20, 27, 4),
    ),
    elevated_from=2,
    source=(
        "患者健康问卷 PHQ-9(Kroenke、Spitzer 与 Williams,2001),可自由使用。"
        "中文措辞为通行译本,依据公开网页,未与译本原件逐字核对。分段取自原文:0–4、5–9、10–14、15–19、20–27。"
    ),
    source_en=(
        "Patient Health Questionnaire, 9 items (Kroenke, Spitzer and Williams 2001), free to use. "
        "The Chinese words are the translation in common use as public pages show it, not "
        "compared with the original letter by letter. Bands as published: 0–4, 5–9, 10–14, "
        "15–19, 20–27."
    ),
    certainty="S",
    alert_item=9,
)

QUESTIONNAIRES = {one.code: one for one in (PSS10, PHQ9)}
