extension SeriesRules {
    /// Words for the chest: English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Finnish, Polish,
    /// Czech, Hungarian, Turkish, Russian, Chinese, Japanese, Korean. One that ends with `*` may go on; see
    /// `RegionWords`.
    public static let usualChestWords = [
        "chest*", "thorax*", "thorac*", "thor", "lung*", "pulmo*", "mediastin*", "ctpa", "cap", "c a p", "tap",
        "brust*", "poumon*", "torax*", "tórax*", "torac*", "torác*", "polmon*", "pulmón*", "pulmão*", "borst*",
        "longen",
        "bröst*", "keuhko*", "rintakehä*", "klatk*", "płuc*", "hrudn*", "plíc*", "mellkas*", "tüdő*", "toraks*",
        "göğüs*",
        "akciğer*", "груд*", "торак*", "легк*", "лёгк*", "胸", "肺", "가슴", "흉부", "폐",
    ]

    /// Words for other regions, in the same languages; phrases that hold a word for the chest and mean another region.
    ///
    /// Words that are the beginning of others (`hand`, `head`, `face`) are whole, with the compounds that are in use; a
    /// word that means something else in another language (`has`, Hungarian for the belly) is left out.
    public static let usualOtherRegionWords = [
        "thoracic spine", "dorsal spine", "brustwirbel*", "rachis dorsal", "columna dorsal", "columna torácica",
        "coluna torácica", "colonna dorsale", "胸椎", "грудной отдел позвоночника", "грудного отдела позвоночника",
        // English
        "head", "headneck*", "headbrain", "headroutine", "headseq*", "brain*", "skull*", "crani*", "cerebr*", "neuro*",
        "sinus*", "orbit*", "facial*", "face", "facebone*", "maxill*", "mandib*", "dental*", "temporal bone*",
        "petrous*",
        "mastoid*", "ear", "ears", "iac", "iacs", "neck", "neckroutine", "carotid*", "larynx*", "cervical*", "spine",
        "spinal", "lumbar*", "sacrum", "sacral*", "sacroiliac*", "abd", "abdp*", "abdom*", "liver*", "hepat*",
        "pancrea*",
        "kidney*", "renal*", "kub", "urogra*", "colon", "colonogra*", "colonosc*", "pelvi*", "bladder*", "hip", "hips",
        "knee", "knees", "ankle*", "foot", "feet", "forefoot", "hindfoot", "femur*", "leg", "legs", "shoulder*",
        "elbow*",
        "wrist*", "hand", "hands", "arm", "forearm*", "extremity", "extremities", "runoff*",
        // German
        "kopf*", "schädel*", "schaedel*", "hirn*", "nnh", "felsenbein*", "hals", "halswirbel*", "halsweichteil*",
        "halsgefäß*", "halsgefaess*", "wirbel*", "hws", "bws", "lws", "bauch*", "leber*", "niere*", "becken*", "hüfte*",
        "hüftgelenk*", "huefte*", "knie", "kniegelenk*", "fuss", "fuß", "füße", "vorfuß*", "fußwurzel*", "fusswurzel*",
        "sprunggelenk*", "bein", "beine", "beinvenen*", "oberschenkel*", "unterschenkel*", "oberarm*", "unterarm*",
        "handgelenk*", "handwurzel*", "mittelhand*", "schulter*", "ellenbogen*", "ellbogen*",
        // French, Spanish, Portuguese, Italian
        "tête*", "tete", "crâne*", "crane", "cerveau*", "rachis*", "foie", "bassin*", "genou*", "épaule*",
        "cabeza*", "cráneo*", "craneo*", "cuello*", "columna*", "hígado*", "rodilla*", "cabeça*", "cabeca*", "crânio*",
        "pescoço*", "coluna*", "testa", "cranio*", "collo", "addom*", "bacino*", "colonna*", "encefalo*", "ginocchio*",
        // Dutch, Swedish, Finnish
        "hoofd*", "schedel*", "hersen*", "buik*", "bekken*", "huvud*", "hjärn*", "skalle*", "buk", "bäcken*", "pää",
        "vatsa*",
        // Polish, Czech, Hungarian, Turkish
        "głow*", "mózg*", "brzuch*", "miednic*", "hlav*", "břich*", "pánev*", "koponya*", "agy", "agyi", "hasi",
        "medence*",
        "kafa", "beyin*", "batın*", "karın*",
        // Russian, Chinese, Japanese, Korean
        "голов*", "мозг*", "череп*", "шеи", "шея", "живот*", "брюш*", "таз", "таза", "头", "頭", "颅", "脑", "脳", "颈", "頸",
        "腹", "盆", "骨盤", "脊", "椎", "膝", "머리", "두부", "뇌", "복부", "골반",
    ]

    /// Air that the body must enclose over the stack, millilitres. Three times what the head at hand has in its sinuses
    /// and mastoid cells (49), half of what the lungs of a child of one year hold; docs/series-selection.md has the
    /// measured values.
    public static let usualSmallestLungMillilitres = 150.0

    /// Most positions with several images that leave a verdict without doubt.
    public static let usualMostDoubledPositions = 2
}
