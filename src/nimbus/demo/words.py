"""The words that the demo's people, companies and places are made of."""

from __future__ import annotations

FIRST = """
Alice Amara Ana Anders Anja Antoine Aoife Beatriz Ben Bianca Carlos Carmen Chen Chiara Chloe
Daniel David Diego Elena Elif Emma Erik Eva Fatima Felix Fiona Giulia Grace Hana Hannah Hugo Ines
Ingrid Isabel Ivan Jack James Jan Jana Javier Jonas Julia Kai Karim Katarina Klaus Kofi Lara Lars
Laura Lea Leo Lena Liam Lina Lucas Lucia Magda Malik Marco Maria Marie Mark Marta Mateo Max Maya
Mei Mia Miguel Mila Nadia Naomi Nina Noah Nora Olga Oliver Omar Oscar Paula Pedro Petra Pierre
Priya Rachel Raj Rosa Ruben Samuel Sara Sofia Stefan Tara Thomas Tim Tom Valeria Victor Wei Yara
Yuki Zoe
""".split()
LAST = """
Adams Almeida Andersen Baker Bauer Becker Bernard Bianchi Brown Carter Castro Chen Clark Costa
Cruz Dahl Davies Diaz Dubois Duarte Egger Evans Fernandes Ferrari Fischer Fontaine Garcia Gomez
Green Gupta Haas Hall Hansen Harris Hoffmann Hughes Ibrahim Ito Jackson Jansen Jensen Johansson
Jones Kaur Keller Kelly Khan Kim King Klein Kowalski Lambert Larsen Lee Lefevre Lewis Lopez Marino
Martin Meyer Mitchell Moreau Moreno Mueller Murphy Nakamura Nguyen Nielsen Novak Olsen Ortega
Parker Patel Perez Petersen Ramos Reyes Ricci Richter Roberts Rossi Roux Russo Santos Sato Schmidt
Schneider Scott Silva Singh Smith Sousa Suzuki Tanaka Taylor Torres Turner Vargas Visser Vogel
Wagner Walker Weber White Wilson Wong Wright Yilmaz Young Zimmermann
""".split()
TITLES = (
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
PLACES = (
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
WORDS = """
alder amber anchor apex arbor arc aspen atlas axis beacon birch bolt boulder bright brook canyon
cedar cipher cobalt comet copper coral crest delta drift ember falcon fern flint forge fjord
garnet glacier grove harbor hazel helix horizon indigo iris jasper juniper kestrel keystone lagoon
lantern larch lumen lynx maple marble meadow meridian mesa mint moss nectar nimble north nova oak
onyx opal orbit osprey otter pebble pine pixel plume prairie prism quartz quill raven reef ridge
river rowan sable sage sierra signal slate solstice spark spruce stellar stone summit tandem
thistle tidal timber topaz vale vector verve vista willow zephyr
""".split()
FORMS = ("Labs", "Systems", "Software", "Analytics", "Logistics", "Partners", "Health", "Energy",
          "Media", "Robotics", "Finance", "Foods", "Cloud", "Group")  # fmt: skip
INDUSTRIES = (
    "Software", "SaaS", "Financial services", "Logistics", "Healthcare", "Renewable energy",
    "Manufacturing", "Media", "Consulting", "Retail", "Staffing and recruiting",
    "Telecommunications",
)  # fmt: skip
SIZES = (3, 8, 14, 25, 40, 60, 90, 130, 220, 350, 600, 1200, 2500, 6000)
TAGS = ("webinar_q3", "trade_show_2026", "newsletter", "hot_lead", "partner", "enterprise_tier",
         "mid_market", "smb")  # fmt: skip
