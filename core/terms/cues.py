"""Cues: the words around a name that tell its use from the everyday sense of the same word."""

from __future__ import annotations

from core.terms.lexicon import inflected, numbered
from core.terms.term import Kind

COUNTERS = frozenset(
    "a an every each another any some no one two three four five six my his her their your its half many few".split()
)
"""Articles and owners that hardly ever stand before a company or project."""

POINTERS = frozenset("the this that these those our which what first last next whose".split())
"""Determiners that also stand before a name and a thing of it: the Summit contract."""

DETERMINERS = COUNTERS | POINTERS

PREPOSITIONS = frozenset(
    "with without for at from by to via about on against behind into inside through after before since until "
    "around than off in between re w over onto during despite".split()
)
SUBJECTS = frozenset(
    "i you we they he she don't will would can could should must let lets always never please gonna can't won't "
    "couldn't didn't dont cant wont".split()
)
"""What stands before a verb: I harbour no illusions."""

OBJECTS = frozenset("the a an us our my your their his her its me him them you it this that all".split())
"""What follows a verb and no noun."""

STATES = frozenset(
    "off through dead done live over out back late delayed red green amber why where how going coming happening closed "
    "finished frozen fine done being getting about meant due scheduled supposed set ready".split()
)
"""What is said of a project, product or deal after `is`."""

AUXILIARIES = frozenset("is was isn't can could should".split())
GROUP_VERBS = frozenset("are have were want don't aren't haven't weren't do need keep pay".split())
"""Plural verbs that British writers put after the name of a company."""

ADVERBS = frozenset(
    "again today tomorrow tonight yesterday now finally never always still just also already soon really actually "
    "this next last because when while if so but and or as who which where why how then too only even all not "
    "yet anymore either though lately later forever instead anyway somehow everywhere".split()
)
"""Words that can stand behind a name where nothing else follows."""

FILLERS = frozenset(
    "now still finally just also already never always probably really actually even only soon "
    "almost nearly barely hardly".split()
)
"""Adverbs between a name and its verb."""

WHERE = frozenset("down along through across up in near past over around under".split())
"""What stands before a place: down Penny Lane."""

THERE = WHERE | frozenset("on into at in".split())
"""What stands before a street."""

THITHER = frozenset("to in from through".split())
NAMING = frozenset("called named name call calling naming nicknamed christened".split())
TOLD = frozenset("told tell telling asked ask gave give offered promised showed owe owes".split())
"""What one does to somebody, with another object behind."""

BARE_FRAMES = frozenset("by as per off through than in".split())
"""Prepositions after which things that one counts stand bare too: by ferry, as captain, in bed."""

INFINITIVE = frozenset(
    "learn learning learns learnt learned want wants wanted need needs needed try tries trying tried love loves loved "
    "like likes liked hope hopes hoping used how ready able time way started began begin forgot takes going dare "
    "two begun asked promised refuse refuses refused about easy hard fun meant supposed".split()
)
"""What stands before `to` and a verb: learning to drum."""

ASKING = frozenset("is was are were".split())
HELPING = frozenset("does did will has can would should".split())
QUESTIONS = frozenset("when why how where what who".split())
EQUALS = frozenset("it's is was that's".split())
OWN = frozenset("my his her its your".split())
AFTER_VERBS = frozenset("the a an us our my your their his her its me him them it every everything everyone".split())
"""What hardly ever stands behind a noun."""

WILLS = inflected(
    "want think tell choose love hate like expect know believe hope offer buy sell accept say need trust insist",
    base=False,
) | frozenset("thought told chose knew bought sold said".split())
"""What only people and those who act for them do."""

MEASURES = frozenset(
    "smell smells smelled smelt taste tastes tasted reek reeks full out made pair photo picture kind sort "
    "type piece bit lots lot form bunch word game sign lack".split()
)

STRETCHES = frozenset("in everywhere of".split())
"""What follows a place or a stretch of plants: rose banks in bloom."""

MEETS = frozenset(
    "with met meet meeting from to by asked ask told tell about for saw between us that and guess".split()
)
"""What stands before a person."""

VERSIONS = frozenset("pro plus max mini lite cloud ai beta alpha one two v1 v2 next x".split())
DATES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december easter christmas q1 q2 q3 q4 i i'm i've i'll".split()
)
OCCASIONS = frozenset("week weekend day night monday tuesday wednesday thursday friday saturday sunday".split())
"""What one calls after what it is about: Pancake day, Ember week."""

DEEDS = inflected(
    "sign renew launch ship pay approve cancel escalate complain acquire hire brief announce reject delay slip owe "
    "invoice demand agree insist merge fund invest resign quit apply request require migrate deploy reply promise "
    "threaten postpone shelve pause prefer negotiate promote outsource onboard appoint sue fire demo decide plan "
    "refuse ghost email switch roll partner recruit expand value ask",
    base=False,
) | frozenset("paid fell rang cancelled shelved slipped planned quit chose chosen goes-live".split())
"""What companies, projects, products and people do and things do not."""

_VERBS = (
    "want need accept start kick pull pick move replace expect choose like love hate close open land exit call cost "
    "run crash work fail pass go come tell say think change extend push join succeed leave offer integrate support "
    "help hold keep get make put give take bring mean hit cut kill beat let eat become look feel turn end begin stop "
    "enter add buy sell send use show lose win save drop dump double collapse finish reach die happen finally swallow "
    "ruin destroy drag weigh boot remove combine cover teach allow enable create produce deliver handle serve treat "
    "know see meet visit return walk build host welcome own force spend earn charge bill accuse adopt admit answer "
    "argue arrange arrive assign assume attack avoid award back ban believe benefit block book boost borrow break care "
    "carry celebrate challenge cheat check claim clear collect comment compare compete complete confirm connect "
    "consider contain continue control convince copy correct damage deal debate depend deserve detect determine "
    "disappear discover discuss divide doubt draft employ enjoy ensure exist explain explore export face fear fill fix "
    "follow forget freeze gain generate guarantee guess hand head hope hurt ignore implement import impress improve "
    "include increase inform inspire install intend introduce involve issue judge justify lack laugh lay learn list "
    "listen manage matter measure mention miss monitor name notice object obtain occur operate order organise organize "
    "outgrow outlive overtake oversee pack perform persuade praise predict prepare press pretend prevent process "
    "protect prove provide publish punish question quote raise react realise recall receive reckon recognise recommend "
    "record recover reduce regret rely remain remember remind rent repair repeat report resist resolve respond restore "
    "result retire reveal review reward risk sack scare schedule seek seem settle share shock shout shut skip solve "
    "sound speak sponsor stay steal struggle study submit suck suffer suggest suit supply surprise suspect suspend "
    "swap talk tend test thank throw touch trade train transfer transform triple quadruple trust try unite update "
    "vanish vote wait warn waste wish wonder worry yell survive"
)
VERBS = inflected(_VERBS, base=False) | frozenset(
    "had laid bit hid ate beat became began bet blew bought broke brought built came caught cut dealt did "
    "didn't does doesn't drew drove fed felt forgot fought found froze gave got grew held hit hurt kept knew "
    "led left lent let lost made meant met overran overtook put ran read rose said sank saw says sent set "
    "shot shrank shut sold spent split spoke struck swore taught threw told took tore understood upset went "
    "won wrote has will would won't can't hasn't wasn't cost wont cant dont didnt hasnt wasnt isnt havent "
    "doesnt".split()
)
"""Other verbs in the forms that follow a name; a thing that one counts takes an article before them."""

BASES = frozenset(_VERBS.split())
"""The same verbs as they stand before their object: get, take, charge."""

HANDLED = inflected(
    "interview email phone ping chase thank warn rescue fix review rebuild refactor scrap axe shelve cancel postpone "
    "fund rebrand spin relaunch evaluate certify rewrite redesign outsource upgrade integrate document maintain "
    "estimate quote land sign lose win convince pitch launch ship build kill present finish acquire join hire demo "
    "visit call rename deliver deploy migrate test release leak mention announce manage lead invoice bill brief "
    "onboard audit serve support approve staff price develop design move buy sell close"
) | frozenset("lost won met built led sold bought hired shipping keeping leaving excited announcing presenting".split())
"""What people at work do to a client, project, product or deal."""

TITLES = frozenset(
    "client customer account project programme operation initiative codename codenamed code-named code-name codeword "
    "product app tool deal transaction merger takeover prospect partner vendor supplier investor called company firm "
    "agency brand workstream customers clients ex formerly".split()
)
"""What stands right before a name: our client Echo, Project Ember."""

HEADINGS = TITLES | frozenset(
    "portfolio cv resume currently previously lately experience projects accounts partners worked references".split()
)
"""What a list of names or a line of a curriculum vitae begins with."""

LOOSE = numbered("crew team people staff guy folk office head app lead board build guys") | {"staff"}
"""Possessions that ordinary words have as well: a cabin crew, a cricket team."""

POSSESSIONS = numbered(
    "hq headquarters reception lobby staff employee director manager lead buyer stuff chaos saga fiasco disaster "
    "deployment cutover dashboard website brief payment upgrade rewrite relaunch redesign poc guy account contract "
    "team board ceo cfo cto cio coo project deal rollout roll-out launch invoice proposal pitch rebrand office people "
    "folk crew squad engineer developer tender bid budget steering sprint release build beta prototype firmware "
    "roadmap pricing scope deadline deck workshop kickoff kick-off go-live signing closing banker lawyer negotiation "
    "stakeholder migration integration licence license renewal relationship engagement programme data client customer "
    "procurement finance legal app platform backlog demo phase merger acquisition management leadership campaign "
    "audit sow nda po rfp retro planning status standup head support prototype unit access channel certification code "
    "freeze presentation "
    "report kit docs wiki repo login portal dossier brochure survey prospectus helpdesk helpline roster rota payroll "
    "tooling pipeline sprintboard retainer umbrella-contract addendum restructuring layoff carve-out buyout "
    "handover hand-over transition takedown rollback hotfix pentest audit-trail compliance intake "
    "packaging recall kanban sponsor workstream takeover bonus lead"
)
"""What belongs to a client, project, product or deal and stands right after its name."""

WORK = numbered(
    "working site steerco offsite onsite lanyard email inbox calendar agenda memo paperwork signature unpaid overdue "
    "overtime resource resourcing handover transition transformation strategy pipeline churn upsell arr mrr revenue "
    "profit margin ebitda funding vc equity stake ipo divestment spin-off carve-out jv escrow counsel adviser "
    "advisor staging api database backend frontend hotfix patch rollback sdk ui ux design designer mockup wireframe "
    "branding campaign slack zoom laptop desk hire production embargo reviewer regulator clause share buyer "
    "freelance consultancy spreadsheet intranet outage payment order delivery figure warehouse rack datacentre "
    "server billing spec requirement management executive exec vp ops ticket jira powerpoint excel standup okr dept "
    "lobby intern promotion money mil price market competition industry business enterprise compliance restructuring "
    "reorg press secret rumour rumor supplier lead deputy consultant bidder client customer account contract invoice "
    "tender bid procurement stakeholder steering sprint backlog rollout roll-out go-live kickoff kick-off deadline "
    "milestone deliverable contractor vendor ceo cfo cto coo board boss manager colleague office meeting workshop "
    "pitch proposal deck slide budget scope roadmap release beta prototype firmware feature bug investor valuation "
    "lawyer banker acquisition merger takeover shareholder nda layoff redundancy licence license renewal retainer "
    "discount hiring recruiter developer engineer devops migration deployment onboarding integration quarter fiscal "
    "payroll headcount department director sales marketing finance hr legal qa uat po sow rfp rfi kpi team job staff "
    "salary interview offer bonus competitor rival agency audit crm erp saas startup launch dev product project "
    "timeline status update deal announcement refund helpdesk hybrid remote appraisal probation onboarding payslip "
    "reimbursement expense timesheet approval sign-off org-chart reorganisation reorganization steerco sponsor "
    "presentation prospectus dossier landing-page logo rebrand copywriter copywriting brochure newsletter "
    "quarterly annual earnings turnover ipo listing exit seed-round cap-table syndicate bank banker fund dev "
    "testers tester qa load-test regression staging cutover downtime uptime incident postmortem paged on-call "
    "consultant consultants logistics fulfilment fulfillment supplier wholesale retailer distributor reseller "
    "patent trademark licensing subsidiary headcount workforce works-council union redundancies severance "
    "keynote roadshow trade-fair demo unit shipment factory plant-manager line-manager hr-team csm presales "
    "prototype devkit sdk tooling firmware chipset latency throughput dataset model-card dashboard"
) | inflected("sign negotiate acquire invoice onboard deploy migrate renew launch deliver pitch hire ship staff demo")
"""Words of working life."""

KIND_WORK: dict[Kind, frozenset[str]] = {
    Kind.CLIENT: numbered(
        "client customer account contract invoice tender pitch renewal procurement retainer engagement sow rfp bid "
        "proposal vendor supplier consultant onsite licence"
    ),
    Kind.PROJECT: numbered(
        "sprint milestone go-live kickoff kick-off rollout steering scope phase retro uat stakeholder deadline budget "
        "migration backlog workstream scrum ticket standup requirement staffing"
    ),
    Kind.PRODUCT: numbered(
        "beta release launch prototype firmware feature build bug roadmap tester battery pricing app demo version user "
        "testing device unreleased manufacturing certification packaging checkout android ios offline"
    ),
    Kind.DEAL: numbered(
        "signing closing valuation investor diligence nda banker lawyer term-sheet sheet merger takeover acquisition "
        "antitrust bidder shareholder stake price negotiation buyout regulator dataroom supervisory codenamed million"
    ),
    Kind.PERSON: numbered(
        "cfo ceo cto coo chair chairman board hire interview offer job role headhunter head boss role salary severance "
        "investor manager director partner office contract"
    )
    | inflected("join start hire resign quit apply succeed leave accept sign invest interview offer say tell fire sue")
    | frozenset("said told left his her she he yes mr mrs ms dr from as fired sued met".split()),
    Kind.OTHER: numbered("site office building rack server plan programme vote opening tenant lease capacity"),
}
"""Words of working life that speak for one kind."""

CUES = TITLES | POSSESSIONS | WORK | DEEDS
"""What a term that needs a cue must have in its sentence."""

PREDICATES = AUXILIARIES | GROUP_VERBS | VERBS | DEEDS
"""What a name that is a subject is followed by."""

JOINTS = (
    PREPOSITIONS
    | SUBJECTS
    | ADVERBS
    | PREDICATES
    | HANDLED
    | frozenset(
        "be been being think thinks means called hear heard there like ask tell me him them everything something "
        "nothing everyone everybody nobody somebody that guess finds thing things".split()
    )
)
"""Words that end what stands before them: a name after one begins anew."""
