"""A demo workspace: invented but realistic people, imported through the real pipeline.

`python -m nimbus.demo` is what `make run` starts. The same people serve the benchmarks.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    "First Name", "Last Name", "Email", "Title", "Phone", "Company", "Company Domain", "Industry",
    "Employees", "City", "State", "Country", "LinkedIn URL", "Tags",
)  # fmt: skip

_FIRST = [
    "Alice",
    "Amara",
    "Ana",
    "Anders",
    "Anja",
    "Antoine",
    "Aoife",
    "Beatriz",
    "Ben",
    "Bianca",
    "Carlos",
    "Carmen",
    "Chen",
    "Chiara",
    "Chloe",
    "Daniel",
    "David",
    "Diego",
    "Elena",
    "Elif",
    "Emma",
    "Erik",
    "Eva",
    "Fatima",
    "Felix",
    "Fiona",
    "Giulia",
    "Grace",
    "Hana",
    "Hannah",
    "Hugo",
    "Ines",
    "Ingrid",
    "Isabel",
    "Ivan",
    "Jack",
    "James",
    "Jan",
    "Jana",
    "Javier",
    "Jonas",
    "Julia",
    "Kai",
    "Karim",
    "Katarina",
    "Klaus",
    "Kofi",
    "Lara",
    "Lars",
    "Laura",
    "Lea",
    "Leo",
    "Lena",
    "Liam",
    "Lina",
    "Lucas",
    "Lucia",
    "Magda",
    "Malik",
    "Marco",
    "Maria",
    "Marie",
    "Mark",
    "Marta",
    "Mateo",
    "Max",
    "Maya",
    "Mei",
    "Mia",
    "Miguel",
    "Mila",
    "Nadia",
    "Naomi",
    "Nina",
    "Noah",
    "Nora",
    "Olga",
    "Oliver",
    "Omar",
    "Oscar",
    "Paula",
    "Pedro",
    "Petra",
    "Pierre",
    "Priya",
    "Rachel",
    "Raj",
    "Rosa",
    "Ruben",
    "Samuel",
    "Sara",
    "Sofia",
    "Stefan",
    "Tara",
    "Thomas",
    "Tim",
    "Tom",
    "Valeria",
    "Victor",
    "Wei",
    "Yara",
    "Yuki",
    "Zoe",
]
_LAST = [
    "Adams",
    "Almeida",
    "Andersen",
    "Baker",
    "Bauer",
    "Becker",
    "Bernard",
    "Bianchi",
    "Brown",
    "Carter",
    "Castro",
    "Chen",
    "Clark",
    "Costa",
    "Cruz",
    "Dahl",
    "Davies",
    "Diaz",
    "Dubois",
    "Duarte",
    "Egger",
    "Evans",
    "Fernandes",
    "Ferrari",
    "Fischer",
    "Fontaine",
    "Garcia",
    "Gomez",
    "Green",
    "Gupta",
    "Haas",
    "Hall",
    "Hansen",
    "Harris",
    "Hoffmann",
    "Hughes",
    "Ibrahim",
    "Ito",
    "Jackson",
    "Jansen",
    "Jensen",
    "Johansson",
    "Jones",
    "Kaur",
    "Keller",
    "Kelly",
    "Khan",
    "Kim",
    "King",
    "Klein",
    "Kowalski",
    "Lambert",
    "Larsen",
    "Lee",
    "Lefevre",
    "Lewis",
    "Lopez",
    "Marino",
    "Martin",
    "Meyer",
    "Mitchell",
    "Moreau",
    "Moreno",
    "Mueller",
    "Murphy",
    "Nakamura",
    "Nguyen",
    "Nielsen",
    "Novak",
    "Olsen",
    "Ortega",
    "Parker",
    "Patel",
    "Perez",
    "Petersen",
    "Ramos",
    "Reyes",
    "Ricci",
    "Richter",
    "Roberts",
    "Rossi",
    "Roux",
    "Russo",
    "Santos",
    "Sato",
    "Schmidt",
    "Schneider",
    "Scott",
    "Silva",
    "Singh",
    "Smith",
    "Sousa",
    "Suzuki",
    "Tanaka",
    "Taylor",
    "Torres",
    "Turner",
    "Vargas",
    "Visser",
    "Vogel",
    "Wagner",
    "Walker",
    "Weber",
    "White",
    "Wilson",
    "Wong",
    "Wright",
    "Yilmaz",
    "Young",
    "Zimmermann",
]
_TITLES = (
    ("Chief Executive Officer", 3), ("Founder & CEO", 3), ("Chief Revenue Officer", 3),
    ("VP Sales", 5), ("VP Marketing", 5), ("Vice President of Engineering", 4),
    ("Head of Growth", 4), ("Head of Sales Development", 3), ("Director of Revenue Operations", 5),
    ("Director of Marketing", 5), ("IT Director", 4), ("Sales Director EMEA", 4),
    ("Sales Manager", 8), ("Marketing Manager", 8), ("Customer Success Manager", 6),
    ("Product Manager", 6), ("HR Manager", 4), ("Senior Account Executive", 7),
    ("Account Executive", 7), ("Senior Software Engineer", 8), ("Software Engineer", 8),
    ("Data Analyst", 5), ("Sales Development Representative", 7), ("Marketing Specialist", 5),
    ("Financial Controller", 3), ("Office Manager", 3), ("Recruiter", 3), ("Intern", 2),
)  # fmt: skip
_PLACES = (
    ("New York", "NY", "United States"), ("San Francisco", "CA", "United States"),
    ("Austin", "TX", "United States"), ("Boston", "MA", "United States"),
    ("Chicago", "IL", "United States"), ("Denver", "CO", "United States"),
    ("Seattle", "WA", "United States"), ("Toronto", "ON", "Canada"),
    ("London", "", "United Kingdom"),
    ("Manchester", "", "United Kingdom"), ("Dublin", "", "Ireland"), ("Berlin", "", "Germany"),
    ("Munich", "", "Germany"), ("Hamburg", "", "Germany"), ("Paris", "", "France"),
    ("Lyon", "", "France"), ("Madrid", "", "Spain"), ("Barcelona", "", "Spain"),
    ("Milan", "", "Italy"), ("Lisbon", "", "Portugal"), ("Amsterdam", "", "Netherlands"),
    ("Copenhagen", "", "Denmark"), ("Stockholm", "", "Sweden"), ("Zurich", "", "Switzerland"),
    ("Vienna", "", "Austria"), ("Sydney", "NSW", "Australia"), ("Singapore", "", "Singapore"),
)  # fmt: skip
_WORDS = [
    "alder",
    "amber",
    "anchor",
    "apex",
    "arbor",
    "arc",
    "aspen",
    "atlas",
    "axis",
    "beacon",
    "birch",
    "bolt",
    "boulder",
    "bright",
    "brook",
    "canyon",
    "cedar",
    "cipher",
    "cobalt",
    "comet",
    "copper",
    "coral",
    "crest",
    "delta",
    "drift",
    "ember",
    "falcon",
    "fern",
    "flint",
    "forge",
    "fjord",
    "garnet",
    "glacier",
    "grove",
    "harbor",
    "hazel",
    "helix",
    "horizon",
    "indigo",
    "iris",
    "jasper",
    "juniper",
    "kestrel",
    "keystone",
    "lagoon",
    "lantern",
    "larch",
    "lumen",
    "lynx",
    "maple",
    "marble",
    "meadow",
    "meridian",
    "mesa",
    "mint",
    "moss",
    "nectar",
    "nimble",
    "north",
    "nova",
    "oak",
    "onyx",
    "opal",
    "orbit",
    "osprey",
    "otter",
    "pebble",
    "pine",
    "pixel",
    "plume",
    "prairie",
    "prism",
    "quartz",
    "quill",
    "raven",
    "reef",
    "ridge",
    "river",
    "rowan",
    "sable",
    "sage",
    "sierra",
    "signal",
    "slate",
    "solstice",
    "spark",
    "spruce",
    "stellar",
    "stone",
    "summit",
    "tandem",
    "thistle",
    "tidal",
    "timber",
    "topaz",
    "vale",
    "vector",
    "verve",
    "vista",
    "willow",
    "zephyr",
]
_FORMS = ("Labs", "Systems", "Software", "Analytics", "Logistics", "Partners", "Health", "Energy",
          "Media", "Robotics", "Finance", "Foods", "Cloud", "Group")  # fmt: skip
_INDUSTRIES = (
    "Software", "SaaS", "Financial services", "Logistics", "Healthcare", "Renewable energy",
    "Manufacturing", "Media", "Consulting", "Retail", "Staffing and recruiting",
    "Telecommunications",
)  # fmt: skip
_SIZES = (3, 8, 14, 25, 40, 60, 90, 130, 220, 350, 600, 1200, 2500, 6000)
_TAGS = ("webinar_q3", "trade_show_2026", "newsletter", "hot_lead", "partner", "enterprise_tier",
         "mid_market", "smb")  # fmt: skip


def people(count: int, seed: int = 7) -> Iterator[tuple[str, ...]]:
    """`count` rows under `HEADER`, each with an email of its own; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    titles, weights = zip(*_TITLES, strict=True)
    companies = [_company(dice, number) for number in range(max(20, count // 9))]
    taken: dict[str, int] = {}
    for _ in range(count):
        first, last = dice.choice(_FIRST), dice.choice(_LAST)
        name, domain, industry, size = dice.choice(companies)
        city, state, country = dice.choice(_PLACES)
        box = f"{first}.{last}".lower()
        seen = taken[f"{box}@{domain}"] = taken.get(f"{box}@{domain}", 0) + 1
        box = box if seen == 1 else f"{box}{seen}"
        tags = dice.sample(_TAGS, dice.choice((0, 0, 1, 1, 2, 3)))
        yield (
            first, last, f"{box}@{domain}", dice.choices(titles, weights)[0],
            f"+1415{dice.randrange(2_000_000, 9_999_999)}" if dice.random() < 0.6 else "",
            name, domain, industry, str(size), city, state, country,
            f"https://www.linkedin.com/in/{box.replace('.', '-')}-{dice.randrange(10**6):06d}",
            "; ".join(tags),
        )  # fmt: skip


def _company(dice: random.Random, number: int) -> tuple[str, str, str, int]:
    one, form = dice.choice(_WORDS), dice.choice(_FORMS)
    two = _WORDS[number % len(_WORDS)]
    plain = f"{one}{two}{number}" if number >= len(_WORDS) else f"{one}{two}"
    domain = f"{plain}-{form.lower()}.com"
    return (
        f"{one.title()} {two.title()} {form}",
        domain,
        dice.choice(_INDUSTRIES),
        dice.choice(_SIZES),
    )


def write_csv(path: Path, count: int, seed: int = 7) -> None:
    """`count` people as a CSV file."""
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADER)
        table.writerows(people(count, seed))


EMAIL, PASSWORD, CONTACTS = "demo@nimbus.example", "demo password", 5_400


def main() -> None:
    """Make the demo workspace on first use, say how to get in, and serve."""
    from nimbus import serve
    from nimbus.settings import Settings

    data = Path(_argument("--data", "demo"))
    port = int(_argument("--port", "8000"))
    known = data / "demo.json"
    if not known.exists():
        known.parent.mkdir(parents=True, exist_ok=True)
        print("Preparing a demo workspace: importing", CONTACTS, "people …", flush=True)
        known.write_text(json.dumps(_prepare(data)))
    made = json.loads(known.read_text())
    print(
        f"\n  Open      http://127.0.0.1:{port}\n  Log in    {EMAIL}  /  {PASSWORD}\n"
        f"  API key   {made['api_key']}\n"
        f"  Try       curl -H 'Authorization: Bearer {made['api_key']}' "
        f"http://127.0.0.1:{port}/api/v1/contacts/?page_size=2\n",
        flush=True,
    )
    serve.log_to_stderr("info")
    serve.serve(Settings(data=data), "127.0.0.1", port)


def _prepare(data: Path) -> dict[str, str]:
    from nimbus.access.who import system
    from nimbus.accounts.create import create_workspace
    from nimbus.db.instance import instance
    from nimbus.imports.create import Given, create
    from nimbus.imports.import_job import ImportOptions
    from nimbus.rooms import starters
    from nimbus.settings import Settings
    from nimbus.worker import work

    with instance(Settings(data=data)) as here, tempfile.TemporaryDirectory() as folder:
        made = create_workspace(here.door, "Demo", EMAIL, PASSWORD, starters=starters())
        file = Path(folder) / "people.csv"
        write_csv(file, CONTACTS)
        who = system(made.workspace_id, "Demo")
        with here.door.workspace(made.workspace_id) as tx, open(file, "rb") as source:
            create(tx, here, who, made.client, source, "Demo people.csv", ImportOptions(), Given())
        work(here, once=True)
    return {"api_key": made.api_key}


def _argument(name: str, default: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


if __name__ == "__main__":
    main()
