"""Lists of names that the rules look things up in."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Elements of the HTML standard, with the obsolete ones that feeds still carry.
SAFE_ELEMENTS = _names("""
    a abbr acronym address area article aside audio b bdi bdo big blockquote br button canvas caption
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset
    figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label
    legend li main map mark menu meter nav noscript ol optgroup option output p picture pre progress q
    rp rt ruby s samp search section select small source span strike strong sub summary sup table tbody
    td template textarea tfoot th thead time tr track tt u ul var video wbr
""")
_PAGE_ELEMENTS = _names("""
    applet base basefont body command comment embed eventsource frame frameset head html iframe isindex
    link listing meta noframes object param plaintext script slot style title xmp
""")
HTML_ELEMENTS = SAFE_ELEMENTS | _PAGE_ELEMENTS
SAFE_ATTRIBUTES = _names("""
    abbr accept accept-charset accesskey action align alt autocomplete autofocus autoplay axis
    background bgcolor border cellpadding cellspacing char charoff charset checked cite class clear
    color cols colspan compact content contenteditable controls coords crossorigin datetime decoding
    default dir dirname disabled download draggable enctype enterkeyhint face fetchpriority for form
    frame headers height hidden high href hreflang hspace id inputmode ismap itemid itemprop itemref
    itemscope itemtype kind label lang list loading longdesc loop low max maxlength media method min
    minlength multiple muted name nohref noshade nowrap open optimum pattern placeholder playsinline
    popover poster preload prompt readonly referrerpolicy rel required rev reversed role rows rowspan
    rules scope selected shape size sizes span spellcheck src srclang srcset start step summary tabindex
    target title translate type usemap valign value vspace width wrap
""")
# Properties and words of CSS that load, run, hide or cover something.
RISKY_IN_STYLE = _names("""
    absolute attachment behavior behaviour binding bottom clip content counter expression filter fixed
    import javascript left mask opacity position relative repeat-x right script src sticky top transform
    transition url vbscript visibility z-index
""")

SVG_ELEMENTS = _names("""
    a animate animateColor animateMotion animateTransform circle clipPath defs desc ellipse g line
    linearGradient marker mask metadata path pattern polygon polyline radialGradient rect set stop svg
    switch symbol text title tspan use
""")
MATHML_ELEMENTS = _names("""
    annotation maction math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot
    mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics
""")

# ISO 639-1, with withdrawn codes that still occur.
LANGUAGES = _names("""
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
    ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
    lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
    rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
    tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
""")
URI_SCHEMES = _names("""
    about acct cid data dav dict dns fax file ftp geo go gopher http https im imap info ipp irc jabber
    ldap magnet mailto matrix mid modem news nfs nntp opaquelocktoken pop pres prospero rtsp service sip
    sips sms snmp ssh tag tel telnet tftp tip tv urn vemmi wais ws wss xmpp
""")

# Relations of the IANA registry that feeds use: RFC 4287, 4685, 4946, 5005, 8288 and WebSub.
LINK_RELATIONS = _names("""
    alternate author canonical current describedby edit edit-media enclosure first hub last license next
    next-archive payment prev prev-archive previous related replies search self service shortlink up via
""")
PAGING_RELATIONS = _names("""
    current first last next next-archive prev-archive previous
""")
