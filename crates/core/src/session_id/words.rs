//! The words that session ids are made of, chosen to be read aloud to a hall without a smile or a frown.

/// Neutral adjectives: none that could describe a person badly.
pub(super) const ADJECTIVES: &[&str] = &[
    "able", "agile", "airy", "alpine", "amber", "ample", "arctic", "autumn", "azure", "bold", "brave",
    "breezy", "bright", "brisk", "broad", "bronze", "calm", "candid", "careful", "cheerful", "clear",
    "clever", "coastal", "cobalt", "copper", "coral", "cosmic", "cozy", "crimson", "crisp", "curious",
    "dapper", "daring", "deep", "distant", "dusky", "eager", "early", "earnest", "eastern", "easy", "ebony",
    "elegant", "emerald", "even", "evening", "fair", "famous", "fearless", "fertile", "festive", "fine",
    "fleet", "floral", "fluent", "fond", "frank", "free", "fresh", "friendly", "frosty", "gallant", "gentle",
    "giant", "glad", "gleaming", "golden", "graceful", "grand", "grateful", "green", "happy", "hardy",
    "hazel", "hearty", "helpful", "hidden", "honest", "humble", "indigo", "inland", "ivory", "jade", "jolly",
    "jovial", "joyful", "keen", "kind", "large", "lasting", "level", "light", "lilac", "lively", "lofty",
    "lucid", "lucky", "lunar", "maple", "marble", "mellow", "merry", "mighty", "mild", "misty", "modest",
    "morning", "mossy", "narrow", "neat", "nimble", "noble", "northern", "olive", "opal", "open", "orange",
    "patient", "peaceful", "pearly", "placid", "plain", "pleasant", "polar", "polite", "proud", "prudent",
    "quick", "quiet", "radiant", "rapid", "ready", "robust", "rosy", "royal", "ruby", "rustic", "sandy",
    "scarlet", "serene", "sharp", "shiny", "silent", "silver", "simple", "sincere", "smooth", "snowy",
    "soft", "solar", "solid", "southern", "spring", "stable", "starry", "steady", "still", "sturdy",
    "summer", "sunny", "swift", "tall", "tidy", "topaz", "tranquil", "trusty", "upland", "upper", "valiant",
    "velvet", "verdant", "violet", "vivid", "warm", "western", "wide", "willing", "windy", "wise", "witty",
    "young", "zesty",
];

/// Neutral nouns: plants, animals, places and weather.
pub(super) const NOUNS: &[&str] = &[
    "acorn", "anchor", "antler", "apple", "arbor", "arch", "aspen", "atlas", "badger", "bamboo", "banyan",
    "barley", "basin", "beacon", "beech", "birch", "bison", "blossom", "bluff", "bramble", "breeze",
    "bridge", "brook", "canoe", "canyon", "cedar", "cello", "cherry", "cliff", "cloud", "clover", "comet",
    "compass", "condor", "coral", "cove", "crane", "creek", "crest", "cricket", "crocus", "cypress", "daisy",
    "dawn", "deer", "delta", "dolphin", "dove", "dune", "eagle", "egret", "elk", "elm", "ember", "falcon",
    "fern", "ferry", "field", "finch", "fjord", "flint", "forest", "fountain", "fox", "galaxy", "garden",
    "gazelle", "geyser", "ginkgo", "glacier", "glade", "grove", "gull", "harbor", "hare", "harp", "hawk",
    "hazel", "heath", "heron", "hickory", "hill", "holly", "horizon", "ibex", "iris", "island", "ivy",
    "jasmine", "jay", "juniper", "kestrel", "kite", "koala", "lagoon", "lake", "lantern", "larch", "lark",
    "laurel", "lemon", "lily", "linden", "lion", "lotus", "lynx", "lyre", "magnolia", "maple", "marina",
    "marsh", "marten", "meadow", "mesa", "mill", "moon", "moose", "mountain", "myrtle", "nectar", "nutmeg",
    "oak", "oasis", "ocean", "olive", "opal", "orchard", "orchid", "oriole", "osprey", "otter", "owl",
    "palm", "panda", "pansy", "parrot", "path", "peak", "pebble", "pelican", "pepper", "pine", "planet",
    "plaza", "plum", "pond", "poplar", "poppy", "prairie", "puffin", "quail", "quartz", "rabbit", "rain",
    "raven", "reef", "ridge", "river", "robin", "rose", "sable", "saffron", "sage", "sail", "salmon", "seal",
    "sequoia", "shore", "sky", "sparrow", "spruce", "star", "stone", "stork", "summit", "swallow", "swan",
    "tern", "thistle", "thrush", "tiger", "trail", "tree", "trout", "tulip", "tundra", "turtle", "valley",
    "violet", "walnut", "wave", "whale", "willow", "wind", "wolf", "wren", "yarrow", "zebra", "zephyr",
];
