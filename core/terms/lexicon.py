"""Lexicon: which names could be ordinary words, and the words of everyday life."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from core.normalize import fold
from core.terms.hashes import Numbers
from core.terms.wordset import WordSet

_GIVEN = frozenset(
    "amber angel april art ash aspen august aurora autumn basil bay bea bill blake blossom bob brook brooke bud buck "
    "carol celeste chance charity chase cherry chip chuck clay cliff clover colt coral crystal daisy dale dawn dean "
    "destiny dick dolly dot drew duke earl eve faith felicity fern fletcher flora forest forrest frank gale gene "
    "ginger glen glenn gloria grace grant guy harmony harry hazel heath heather holly honor hope hunter iris ivory ivy "
    "jack jade jasmine jay jean jet jim joe josh joy june juniper justice kit lance laurel lee lily linden luna "
    "mark marina mason matt max may melody mercy merit merry miles misty myrtle nick olive opal otto page paige pat "
    "patience patsy pearl penny peg peter piper poppy prudence rain raven ray reed rich river rob robin rocky rod "
    "roman rose rosemary rowan ruby rusty sage sally sandy saul scarlett scout serenity skip sky sonny star "
    "stella stone storm sue summer sunny sy tad terry tiffany tom trinity verity victor victoria "
    "viola violet vera wade ward warren wayne wes will willow winter woody wren".split()
)
"""Given names that are words too: with a surname that is one, the whole name reads like ordinary words."""

_LOCALES = (
    "en en_US en_GB en_IN en_NG de_DE de_AT fr_FR es_ES es_MX it_IT nl_NL pl_PL pt_BR pt_PT sv_SE no_NO da_DK fi_FI "
    "tr_TR ro_RO cs_CZ hu_HU hr_HR ga_IE yo_NG ig_NG ha_NG vi_VN id_ID".split()
)
_FREQUENT = 500
_COUNTABLE = 0.12
"""A word whose plural is at least this frequent, set against its singular, is a thing that one counts."""


def is_common(name: str) -> bool:
    """Tell whether a listed name could be ordinary words: one word of the language, or a name such as Rose Banks."""
    words = re.findall(r"[^\W_]+", name.lower())
    if len(words) == 1:
        return is_word(words[0])
    return len(words) == 2 and words[0] in _GIVEN and is_word(words[1])


def are_words(hashes: Numbers) -> npt.NDArray[np.bool_]:
    """Tell of many lower-case words by their hashes what `is_word` tells of one."""
    return _words()[0].holds(hashes)


def are_given(hashes: Numbers) -> npt.NDArray[np.bool_]:
    """Tell of many lower-case words by their hashes whether each is a given name that is a word too."""
    return _given().holds(hashes)


def is_word(word: str) -> bool:
    """Tell whether a word is in the list of English words."""
    return word in _words()[0]


def is_frequent(word: str) -> bool:
    """Tell whether a word is one of those that hold sentences together: the, for, was."""
    return word in _words()[2]


def is_personal(word: str) -> bool:
    """Tell whether a word is a given or family name that many people have."""
    return word in _names()


def is_countable(word: str) -> bool:
    """Tell whether a word names things that one counts: bare, without an article, it is then more likely a name."""
    return word in _words()[1]


@cache
def _given() -> WordSet:
    return WordSet(_GIVEN)


@cache
def _words() -> tuple[WordSet, WordSet, WordSet]:
    """Read symspellpy's list of 82,834 English words (MIT) once: all, those that one counts, the most frequent.

    The whole list and not its frequent part: project names are often rare words (of 200 birds, plants, stars and
    the like, 80 % are among the first 55,000 words, 96 % in the list), and invented names are not in it at all.
    """
    lines = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    counts = {word: int(count) for word, count in (line.split(" ") for line in lines)}

    def plural(word: str) -> int:
        return max(counts.get(f"{word}s", 0), counts.get(f"{word}es", 0), counts.get(f"{word[:-1]}ies", 0))

    countable = WordSet(word for word, count in counts.items() if plural(word) >= _COUNTABLE * count)
    return WordSet(counts), countable, WordSet(list(counts)[:_FREQUENT])


@cache
def _names() -> WordSet:
    """Read Faker's lists of names (MIT) once, folded: some 24,000 of thirty countries."""
    providers = (import_module(f"faker.providers.person.{locale}").Provider for locale in _LOCALES)
    lists = ("first_names", "first_names_male", "first_names_female", "last_names")
    found = (name for provider in providers for each in lists for name in getattr(provider, each, ()))
    return WordSet({fold(part) for name in found for part in name.split()})


def inflected(verbs: str, *, base: bool = True) -> frozenset[str]:
    """Return the regular forms of each verb; irregular ones are listed beside it."""
    forms: set[str] = set()
    for verb in verbs.split():
        stem = verb[:-1] if verb.endswith("e") else verb
        forms |= {f"{stem}es" if verb.endswith(("s", "sh", "ch", "x", "e", "o")) else f"{verb}s", f"{stem}ed"}
        if verb.endswith("y"):
            forms |= {f"{verb[:-1]}ies", f"{verb[:-1]}ied"}
        if base:
            forms |= {verb, f"{stem}ing"}
    return frozenset(forms)


def numbered(nouns: str) -> frozenset[str]:
    """Return each noun in both numbers."""
    return frozenset(form for noun in nouns.split() for form in (noun, _plural(noun)))


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh", "o")) and noun[-2:] != "io" else f"{noun}s"


ART = numbered(
    "theatre theater stage play actor actress cast opera concert band gig album song sing singing choir guitar drummer "
    "drums piano lyrics vinyl movie film cinema episode season series novel book chapter poem poet library museum "
    "gallery exhibition painting sculpture game gaming xbox playstation nintendo lego chess card dance "
    "dancing dancer comic festival audience soliloquy shakespeare beatles netflix podcast plot author paperback "
    "trailer sequel screenplay director's orchestra symphony sonata violin cello trumpet trombone saxophone bass drum "
    "band's playlist vocals chorus melody tune busker gigs encore sketch watercolour canvas portrait sculptor potter "
    "ballet choreography rehearsal matinee monologue tragedy comedy villain hero heroine fiction thriller sci-fi "
    "fantasy trilogy hardback bookshop bookshelf memoir verse sonnet crossword jigsaw puzzle dice wizard dragon level "
    "quest playthrough nightclub dj rave vocalist fan premiere remake acoustic remix tribute musical accordion bassoon "
    "tuba tenor brass disco karaoke quiz sudoku zine pun synth bowie mozart brahms bach monet picasso cast watched "
    "rewatched binge"
)
"""Words of the arts and of games, where a capital is often a title."""

LIFE = numbered(
    # feasts and school
    "wedding christening carnival parade bedtime newborn kilo scout pram nappy lullaby tantrum funeral grave cemetery "
    "anniversary honeymoon bride groom bridesmaid vow confetti halloween bonfire firework santa reindeer nativity "
    "turkey pupil classroom playground kindergarten nursery spelling crayon maths latin geography biology professor "
    "semester toy reunion "
    # mountains, weather, sky
    "mountain hill peak ridge valley cliff rock climb climber hike hiker hiking trail path camp campsite campfire tent "
    "snow ice rain storm wind fog mist sunset sunrise sunshine moon star sky cloud telescope planet frost heat "
    "forecast summer winter spring autumn dawn dusk view hut scarf ski landscape lightning thunderstorm drizzle puddle "
    "mud sandy pebble "
    # sea and rivers
    "sea beach coast bay island boat sail sailing ship's sailor ferry canoe kayak swim swimming lake river pond canal "
    "wave tide fjord fish fishing mackerel gull seal shore sand dive bridge "
    # plants and gardens
    "garden gardener planting flower bloom blossom leaf leaves tree forest wood hedge lawn grass seed soil pot compost "
    "weed slug bee bush border petal root branch meadow park balcony grow growing grown greenhouse vine oak pine birch "
    "fern moss ivy rose tulip daffodil nettle thistle acorn pollen bouquet florist allotment pumpkin carrot bean "
    "lettuce cucumber harvest ripe seedling prune pruning mow mowing lawnmower hosepipe rake spade aloe cactus lichen "
    "lupin foxglove ficus bark peat marsh orchard chestnut dig digging "
    # animals
    "bird puppy kitten horse hen goat cow sheep fox pigeon owl feather nest beak wing egg squirrel rabbit deer insect "
    "wasp monkey zoo vet paw tail reef coral shark whale dolphin crab lobster mussel oyster frog toad newt hedgehog "
    "bat spider butterfly moth ant worm snail fur horn hoof stable saddle herd flock nesting birdwatching "
    "binoculars wild wildlife species habitat ecosystem nature reserve duck pig sheepdog farm farmer "
    "tractor barn beehive donkey pony chick rooster goose swan robin crow blackbird eagle hawk eel curlew duckling "
    "goldfish heron hive penguin beekeeper "
    # kitchen
    "kitchen cook cooking recipe soup salad sauce butter sugar syrup salt pepper garlic onion lemon yoghurt lamb "
    "cheese bread pancake chocolate ice-cream cocktail gin cider oven pan spoon pinch dish supper bake baking fry bowl "
    "rice pasta risotto potato tomato fruit apple herb spice oil vanilla mayonnaise taste tasty delicious chip picnic "
    "martini eat ate cup mug cream sandwich chop chopped stir boil boiled roast roasted grill grilled fried kettle jug "
    "teaspoon tablespoon gram ingredient flour yeast dough crust sourdough cinnamon ginger basil parsley thyme "
    "rosemary coriander dill chilli curry stew lentil noodle dumpling sausage bacon ham chicken beef pork fishmonger "
    "prawn vegan vegetarian dessert pudding pie biscuit cookie jam honey marmalade smoothie juice lemonade whisky rum "
    "vodka brandy champagne prosecco pint barista espresso latte flavour flavor smell smells scent aroma sip drink "
    "lunchbox leftovers fridge freezer flask scone salmon trout sardine tuna plate knife fork bottle cork jar lid "
    "toast cereal porridge omelette burger pizza kebab sushi taco barbecue bbq hummus nut almond walnut hazelnut "
    "peanut grape peach pear plum cherry strawberry raspberry blueberry blackberry banana mango melon lime pineapple "
    "cabbage spinach broccoli pea leek beetroot mushroom vinegar mustard mayo ketchup asparagus cardamom clementine "
    "fig loaf loaves pastry pickle tart starter dishwasher toaster teapot thermos bakery "
    # house, tools, materials
    "roof tile fence gate stair attic cellar shed loft worktop sofa bed curtain drill hammer screw nail paint painted "
    "painting polish shelf furniture tin stone brick wooden mortar pencil kiln clay pottery glaze "
    "plumber garage church castle abbey ceiling carpet rug cushion blanket pillow duvet lamp candle mirror bathroom "
    "toilet shower tap sink pipe leaky radiator boiler fireplace chimney hob varnish plaster cement concrete brickwork "
    "roofer carpenter joiner sawdust ladder wheelbarrow bucket rope knit knitting crochet yarn sew sewing quilt fabric "
    "thread needle thrift charity-shop vintage antique flea-market windowsill stain tyre bell gutter drain hallway "
    "bathtub soap towel laundry vacuum hoover broom mop sponge basket chisel lathe solder lampshade drawer doorbell "
    "staircase stairwell stool stove wardrobe washing washer scissors ribbon whittling iron crate marble sandstone "
    # clothes and body
    "boot dye colour color braid jewellery earring ring dentist tooth teeth knee nose nap skin jacket jumper sweater "
    "glove skirt trousers jeans sandal slipper lipstick perfume haircut hairdresser barber tattoo blood bone wrist "
    "elbow shoulder toe finger belly stomach headache cough fever hiccup allergy asthma midwife ultrasound scan "
    "surgeon physio blister hip waist wellies tan sunburn sunscreen eyebrow lungs mouth thumb bib handkerchief veil "
    "tissue costume suit asleep sleep slept barefoot "
    # sport and travel
    "swimmer cyclist rower rowing regatta paddle surf surfing skiing sled ice-skating skating hockey rugby netball "
    "basketball volleyball boxing judo karate gymnast pilates squat jog jogging sprinting podium trophy referee "
    "goalkeeper penalty scoreboard league bouldering abseil crampon sherpa base-camp altitude ascent "
    "descent campervan caravan motorway lorry runway cockpit boarding backpack rucksack passport souvenir postcard "
    "lighthouse pier promenade cobbled ruins ruin monument cathedral monk nun saint pilgrim "
    "mosque synagogue temple runner marathon bike cycling football cricket golf tennis archer medal yoga coach's "
    "training stadium airline turbulence passenger suitcase luggage tourist hiked climbed flew visited marriage sledge "
    "vampire brook hay straw stall sandcastle moat deckchair seaweed mast dinghy oar lifeguard tower fountain statue "
    "bench lamppost pavement rainbow bicycle derby handball rider skate railway tunnel trolley submarine spaceship "
    "kite underpass west east north south equator radio aerial deodorant trainer spray toll detour flood puddle mural "
    "nest burrow cub calf foal kid's "
    "enclosure waterhole ranger safari aquarium terrarium keeper creek waterfall weir gorge meander glen cave "
    "sunbed hammock parasol lifejacket snorkel wetsuit anchor harbour rowing-boat trawler barge lock buoy tide-pool "
    "toothbrush toothpaste shampoo razor mascara blusher earplug pyjamas pajamas dressing-gown onesie mitten hood "
    "cardigan waistcoat bowtie zip hem seam bobbin loom spindle papier-mache glitter stencil easel "
    "steamed mashed carved plucked peeled grated sprinkled drizzled simmer marinade broth stock-cube crackling "
    "pancetta gnocchi polenta couscous falafel tapas paella custard trifle crumble meringue marzipan gingerbread "
    "toffee fudge caramel sherbet popsicle sundae doughnut bagel croissant brioche baguette focaccia "
    "budgie gerbil guinea-pig tortoise gecko iguana chameleon stoat weasel mole vole shrew badger otter lynx puma "
    "jaguar rhino hippo giraffe camel llama alpaca yak bison moose elk reindeer walrus turtle squid octopus jellyfish "
    "starfish barnacle limpet cockle oystercatcher puffin cormorant kingfisher wagtail wren finch tit thrush jay rook "
    "raven jackdaw stork crane ibis flamingo parrot cockatoo toucan vulture kestrel buzzard osprey warbler bittern "
    "swamp bog heath moor dyke estuary delta dew icicle snowman snowball sleet hail gale breeze heatwave drought "
    "priest bishop altar pew steeple crypt abbot convent cloister pope parish saint's "
    "attraction rollercoaster carousel candyfloss stallholder tombola raffle fete fair campfire marshmallow "
    "birthstone zodiac amulet pendant brooch bracelet necklace gemstone earlobe piercing manicure pedicure nails "
    "grandad nan auntie godfather neighbour's midwife toddler's playdate sleepover babysitter nursery-rhyme "
    "allotments compost-heap secateurs trowel fertiliser fertilizer nitrogen mulch trellis pergola gazebo "
    "crossbar dribble goalie midfielder striker halftime kickoff-time batsman wicket innings umpire racket serve-ace "
    "dumbbell treadmill vaulted gymnastics trampoline springboard javelin discus hurdle relay sprint-finish "
    # school, church, science, idiom
    "homework exam bible psalm sermon carol choir ancient roman medieval century war queen king volcano fossil mineral "
    "metal molecule chemistry physics astronomy orbit atmosphere nitrogen aspirin proverb idiom metaphor myth "
    "mythology greek goddess god legend galaxy constellation spacecraft nasa eclipse horoscope chapel vicar anthem "
    "knight skeleton archaeology geologist arithmetic dictionary"
)
"""Words of life outside work: nature, kitchen, house, family, arts, sport, school."""

HOME = numbered(
    "mum mom mother dad father gran grandmother grandma grandfather grandpa uncle aunt cousin sister brother son "
    "daughter kid child toddler baby niece nephew wife husband birthday neighbour neighbor dog cat grandchild "
    "grandson granddaughter granny nana stepdad godmother twin teenager teen weekend family coffee wine beer pub gym "
    "tea hotel train bus tram plane flight drive road car map walk heart degree goal match race run running capital "
    "tour trip stream plant field teacher school hospital doctor nurse history holiday vacation airport breakfast "
    "dinner cake night sun weather door window floor wall glass village town street dress shirt shoe sock hair hat "
    "coat umbrella walked walking drove"
) | frozenset("children babies families".split())
"""Words of everyday life that people also use where they talk of their work."""

TRAVEL = inflected("fly drive travel cycle sail move hitchhike") | frozenset(
    "flew flight flights drove rode trip train holiday moved born live lived living stopover layover".split()
)
"""What stands before `to`, `in` or `from` and a place."""

PETS = frozenset(
    "dog cat puppy kitten horse hamster parrot baby daughter son niece nephew granddaughter grandson rabbit "
    "lady miss goddaughter godson stepdaughter stepson granny grandma grandpa aunt auntie uncle cousin "
    "sister brother welcome".split()
)
"""What stands before the given name of an animal, a child or a relative."""

SHOWS = inflected("watch read play rewatch binge-watch sing perform stream reread binge hum") | frozenset(
    "saw sang binge-watched reading watching playing listening read novel film movie play book song album band "
    "musical opera game series live early".split()
)
"""What stands before the title of a play, film, book, song or game."""

FORENAMES_OF_PLACES = frozenset("mount mt lake cape port fort saint st santa san royal lady sir mrs mr".split())
"""What begins the names of places and persons."""

PLACES = numbered(
    "street road avenue lane square park lake river mountain hill peak valley bay island beach range hall hotel inn "
    "pub arms bridge pass point county city university school museum station airport church theatre festival day cup "
    "magazine records fc united close crescent terrace drive court gardens alley mews meadow marsh moor wood"
)
"""What follows a name in a place or an institution."""
