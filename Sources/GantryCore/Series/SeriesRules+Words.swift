extension SeriesRules {
    /// Words for the chest: English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Finnish, Polish,
    /// Czech, Hungarian, Turkish, Russian, Chinese, Japanese, Korean.
    public static let usualChestWords = [
        "chest", "thorax", "thorac", "lung", "pulmo", "mediastin", "ctpa", "cap", "c a p", "tap",
        "brust", "poumon", "torax", "tórax", "torac", "torác", "polmon", "pulmón", "pulmão", "borst", "longen",
        "bröst", "keuhko", "rintakehä", "klatk", "płuc", "hrudn", "plíc", "mellkas", "tüdő", "toraks", "göğüs",
        "akciğer",
        "груд", "торак", "легк", "лёгк", "胸", "肺", "가슴", "흉부", "폐",
    ]

    /// Words for other regions, in the same languages; phrases that hold a word for the chest and mean another region.
    public static let usualOtherRegionWords = [
        "thoracic spine", "dorsal spine", "brustwirbel", "rachis dorsal", "columna dorsal", "columna torácica",
        "coluna torácica", "colonna dorsale", "胸椎", "грудной отдел позвоночника", "грудного отдела позвоночника",
        "head", "brain", "skull", "crani", "cerebr", "neuro", "sinus", "orbit", "facial", "face", "maxill", "mandib",
        "dental", "temporal bone", "petrous", "mastoid", "ear", "iac", "neck", "carotid", "larynx", "cervical", "spine",
        "lumbar", "sacr", "abd", "abdp", "abdom", "liver", "hepat", "pancrea", "kidney", "renal", "kub", "urogra",
        "colon",
        "pelvi", "bladder", "hip", "knee", "ankle", "foot", "femur", "leg", "shoulder", "elbow", "wrist", "hand",
        "extremity", "extremities", "runoff",
        "kopf", "schädel", "schaedel", "hirn", "nnh", "felsenbein", "hals", "wirbel", "hws", "bws", "lws", "bauch",
        "leber", "niere", "becken", "hüfte", "huefte", "knie", "fuss", "fuß", "bein", "arm", "schulter",
        "tête", "tete", "crâne", "crane", "cerveau", "rachis", "foie", "bassin", "genou", "épaule",
        "cabeza", "cráneo", "craneo", "cuello", "columna", "hígado", "rodilla", "cabeça", "cabeca", "crânio",
        "pescoço", "coluna", "testa", "cranio", "collo", "addom", "bacino", "colonna", "encefalo", "ginocchio",
        "hoofd", "schedel", "hersen", "buik", "bekken", "huvud", "hjärn", "skalle", "buk", "bäcken", "pää", "vatsa",
        "głow", "mózg", "brzuch", "miednic", "hlav", "břich", "pánev", "koponya", "agy", "has", "medence", "kafa",
        "beyin", "batın", "karın", "голов", "мозг", "череп", "шеи", "живот", "брюш", "таз", "头", "頭", "颅", "脑", "脳",
        "颈", "頸", "腹", "盆", "骨盤", "脊", "椎", "膝", "머리", "두부", "뇌", "복부", "골반",
    ]

    /// Air that the body must enclose over the stack, millilitres. Three times what the head at hand has in its sinuses
    /// and mastoid cells (49), half of what the lungs of a child of one year hold; docs/series-selection.md has the
    /// measured values.
    public static let usualSmallestLungMillilitres = 150.0

    /// Most positions with several images that leave a verdict without doubt.
    public static let usualMostDoubledPositions = 2
}
