"""States and cities of the countries that span several time zones, each with its IANA zone.

Written from the public facts of the IANA time zone database (public domain) and GeoNames
(https://www.geonames.org, CC BY 4.0). A state on a border of zones has the zone of most people.
"""

# The zone of most people, for countries with several; without one the country alone says nothing.
MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GL": "America/Nuuk",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
    "VN": "Asia/Ho_Chi_Minh",
}

# Per country: zone → "code=name" of its states, parted by commas.
STATE_ZONES: dict[str, dict[str, str]] = {
    "US": {
        "America/New_York": (
            "CT=Connecticut, DE=Delaware, DC=District of Columbia, FL=Florida, GA=Georgia,"
            "ME=Maine, MD=Maryland, MA=Massachusetts, NH=New Hampshire, NJ=New Jersey,"
            "NY=New York, NC=North Carolina, OH=Ohio, PA=Pennsylvania, RI=Rhode Island,"
            "SC=South Carolina, VT=Vermont, VA=Virginia, WV=West Virginia"
        ),
        "America/Detroit": "MI=Michigan",
        "America/Indiana/Indianapolis": "IN=Indiana",
        "America/Kentucky/Louisville": "KY=Kentucky",
        "America/Chicago": (
            "AL=Alabama, AR=Arkansas, IL=Illinois, IA=Iowa, KS=Kansas, LA=Louisiana,"
            "MN=Minnesota, MS=Mississippi, MO=Missouri, NE=Nebraska, ND=North Dakota,"
            "OK=Oklahoma, SD=South Dakota, TN=Tennessee, TX=Texas, WI=Wisconsin"
        ),
        "America/Denver": "CO=Colorado, MT=Montana, NM=New Mexico, UT=Utah, WY=Wyoming",
        "America/Boise": "ID=Idaho",
        "America/Phoenix": "AZ=Arizona",
        "America/Los_Angeles": "CA=California, NV=Nevada, OR=Oregon, WA=Washington",
        "America/Anchorage": "AK=Alaska",
        "Pacific/Honolulu": "HI=Hawaii",
    },
    "CA": {
        "America/Toronto": "ON=Ontario, QC=Quebec",
        "America/Winnipeg": "MB=Manitoba",
        "America/Regina": "SK=Saskatchewan",
        "America/Edmonton": "AB=Alberta",
        "America/Vancouver": "BC=British Columbia",
        "America/Halifax": "NS=Nova Scotia, PE=Prince Edward Island",
        "America/Moncton": "NB=New Brunswick",
        "America/St_Johns": "NL=Newfoundland and Labrador, NF=Newfoundland",
        "America/Whitehorse": "YT=Yukon",
        "America/Yellowknife": "NT=Northwest Territories",
        "America/Iqaluit": "NU=Nunavut",
    },
    "AU": {
        "Australia/Sydney": "NSW=New South Wales, ACT=Australian Capital Territory",
        "Australia/Melbourne": "VIC=Victoria",
        "Australia/Brisbane": "QLD=Queensland",
        "Australia/Adelaide": "SA=South Australia",
        "Australia/Perth": "WA=Western Australia",
        "Australia/Hobart": "TAS=Tasmania",
        "Australia/Darwin": "NT=Northern Territory",
    },
    "BR": {
        "America/Sao_Paulo": (
            "SP=São Paulo, RJ=Rio de Janeiro, MG=Minas Gerais, ES=Espírito Santo, PR=Paraná,"
            "SC=Santa Catarina, RS=Rio Grande do Sul, GO=Goiás, DF=Distrito Federal"
        ),
        "America/Bahia": "BA=Bahia",
        "America/Recife": "PE=Pernambuco",
        "America/Fortaleza": (
            "CE=Ceará, MA=Maranhão, PB=Paraíba, PI=Piauí, RN=Rio Grande do Norte"
        ),
        "America/Maceio": "AL=Alagoas, SE=Sergipe",
        "America/Belem": "PA=Pará, AP=Amapá",
        "America/Araguaina": "TO=Tocantins",
        "America/Cuiaba": "MT=Mato Grosso",
        "America/Campo_Grande": "MS=Mato Grosso do Sul",
        "America/Manaus": "AM=Amazonas",
        "America/Porto_Velho": "RO=Rondônia",
        "America/Boa_Vista": "RR=Roraima",
        "America/Rio_Branco": "AC=Acre",
    },
    "MX": {
        "America/Mexico_City": (
            "CDMX=Ciudad de México, JAL=Jalisco, PUE=Puebla, QRO=Querétaro, GTO=Guanajuato,"
            "VER=Veracruz, EM=Estado de México"
        ),
        "America/Monterrey": "NL=Nuevo León, COAH=Coahuila, TAMPS=Tamaulipas",
        "America/Cancun": "QROO=Quintana Roo",
        "America/Merida": "YUC=Yucatán, CAMP=Campeche",
        "America/Tijuana": "BC=Baja California",
        "America/Hermosillo": "SON=Sonora",
        "America/Chihuahua": "CHIH=Chihuahua",
        "America/Mazatlan": "SIN=Sinaloa, NAY=Nayarit, BCS=Baja California Sur",
    },
    "ES": {"Atlantic/Canary": "CN=Canarias, CI=Canary Islands, TF=Tenerife, GC=Las Palmas"},
    "PT": {"Atlantic/Azores": "AC=Açores, AZ=Azores", "Atlantic/Madeira": "MA=Madeira"},
}

# Per country: zone → its large cities, for lines that name no state.
CITY_ZONES: dict[str, dict[str, str]] = {
    "US": {
        "America/New_York": (
            "New York, New York City, NYC, Manhattan, Brooklyn, Boston, Philadelphia, Atlanta,"
            "Miami, Washington, Washington DC, Charlotte, Baltimore, Pittsburgh, Orlando, Tampa,"
            "Raleigh, Columbus, Cleveland, Cincinnati, Jacksonville, Newark, Jersey City, Buffalo,"
            "Greater New York City Area, New York City Metropolitan Area, Greater Boston"
        ),
        "America/Detroit": "Detroit, Ann Arbor, Grand Rapids",
        "America/Indiana/Indianapolis": "Indianapolis",
        "America/Kentucky/Louisville": "Louisville",
        "America/Chicago": (
            "Chicago, Houston, Dallas, Austin, San Antonio, Fort Worth, Minneapolis, St Louis,"
            "Saint Louis, Nashville, Memphis, Milwaukee, New Orleans, Omaha, Oklahoma City, Tulsa,"
            "Kansas City, Madison, Greater Chicago Area, Dallas Fort Worth Metroplex"
        ),
        "America/Denver": "Denver, Boulder, Salt Lake City, Albuquerque, Colorado Springs, Provo",
        "America/Boise": "Boise",
        "America/Phoenix": "Phoenix, Scottsdale, Tucson, Tempe, Mesa",
        "America/Los_Angeles": (
            "Los Angeles, San Francisco, San Diego, San Jose, Seattle, Portland, Las Vegas,"
            "Sacramento, Oakland, Palo Alto, Mountain View, Menlo Park, Sunnyvale, Santa Clara,"
            "Cupertino, Irvine, Bellevue, Redmond, Reno, Fresno, San Mateo, Redwood City,"
            "San Francisco Bay Area, Greater Los Angeles Area, Greater Seattle Area"
        ),
        "America/Anchorage": "Anchorage",
        "Pacific/Honolulu": "Honolulu",
    },
    "CA": {
        "America/Toronto": (
            "Toronto, Montreal, Ottawa, Mississauga, Quebec City, Hamilton, Waterloo, Kitchener"
        ),
        "America/Vancouver": "Vancouver, Victoria, Burnaby, Surrey",
        "America/Edmonton": "Calgary, Edmonton",
        "America/Winnipeg": "Winnipeg",
        "America/Regina": "Regina, Saskatoon",
        "America/Halifax": "Halifax",
        "America/St_Johns": "St Johns",
    },
    "AU": {
        "Australia/Sydney": "Sydney, Canberra, Newcastle, Wollongong",
        "Australia/Melbourne": "Melbourne, Geelong",
        "Australia/Brisbane": "Brisbane, Gold Coast, Cairns",
        "Australia/Adelaide": "Adelaide",
        "Australia/Perth": "Perth",
        "Australia/Hobart": "Hobart",
        "Australia/Darwin": "Darwin",
    },
    "BR": {
        "America/Sao_Paulo": (
            "São Paulo, Rio de Janeiro, Brasília, Belo Horizonte, Curitiba, Porto Alegre,"
            "Campinas, Florianópolis, Goiânia, Joinville"
        ),
        "America/Bahia": "Salvador",
        "America/Recife": "Recife",
        "America/Fortaleza": "Fortaleza, Natal, João Pessoa, Teresina",
        "America/Belem": "Belém",
        "America/Manaus": "Manaus",
    },
    "MX": {
        "America/Mexico_City": (
            "Mexico City, Ciudad de México, Guadalajara, Puebla, Querétaro, León, Toluca"
        ),
        "America/Monterrey": "Monterrey, Saltillo",
        "America/Cancun": "Cancún, Playa del Carmen",
        "America/Merida": "Mérida",
        "America/Tijuana": "Tijuana, Mexicali",
        "America/Hermosillo": "Hermosillo",
        "America/Chihuahua": "Chihuahua",
    },
    "RU": {
        "Europe/Moscow": (
            "Moscow, Saint Petersburg, St Petersburg, Kazan, Nizhny Novgorod, Rostov on Don,"
            "Krasnodar, Voronezh"
        ),
        "Europe/Kaliningrad": "Kaliningrad",
        "Europe/Samara": "Samara, Tolyatti",
        "Asia/Yekaterinburg": "Yekaterinburg, Ekaterinburg, Chelyabinsk, Perm, Ufa, Tyumen",
        "Asia/Omsk": "Omsk",
        "Asia/Novosibirsk": "Novosibirsk",
        "Asia/Krasnoyarsk": "Krasnoyarsk",
        "Asia/Irkutsk": "Irkutsk",
        "Asia/Vladivostok": "Vladivostok, Khabarovsk",
    },
    "ID": {
        "Asia/Jakarta": "Jakarta, Surabaya, Bandung, Medan, Semarang, Yogyakarta, Tangerang",
        "Asia/Makassar": "Makassar, Denpasar, Bali, Balikpapan, Manado",
        "Asia/Jayapura": "Jayapura",
    },
    "ES": {"Atlantic/Canary": "Las Palmas, Las Palmas de Gran Canaria, Santa Cruz de Tenerife"},
    "PT": {"Atlantic/Azores": "Ponta Delgada", "Atlantic/Madeira": "Funchal"},
    "CD": {"Africa/Kinshasa": "Kinshasa", "Africa/Lubumbashi": "Lubumbashi, Goma"},
}
