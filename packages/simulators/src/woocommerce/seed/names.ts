/** People as shops really see them: accents, scripts from right to left, emoji, letters beyond the first plane. */
export const FIRST_NAMES = [
  'Emma', 'Liam', 'Olivia', 'Noah', 'Chloé', 'William', 'Zoé', 'Benjamin', 'Maude', 'Étienne', 'Sofia', 'Lucas', 'Aisha', 'Mateo', 'Yuki', 'Björn',
  'Siobhán', 'François', 'Łukasz', 'Nguyễn', 'Anaïs', 'Jürgen', 'Renée', 'Ólafur', 'İpek', 'Dvořák', 'María', 'João', 'Søren', 'Zoë', 'محمد', 'שרה',
  '美咲', '伟', 'Иван', 'Ελένη', '지우', 'अनन्या', 'Anne-Marie', "D'Arcy",
]

export const LAST_NAMES = [
  'Tremblay', 'Smith', 'Gagnon', 'Roy', 'Nguyen', 'Martin', "O'Brien", 'Côté', 'Singh', 'Wong', 'MacDonald', 'Bouchard', 'Müller', 'García', 'Lee', 'Kowalski',
  'Lavoie', 'Patel', 'Šimánek', 'Österberg', 'Fortin', 'Chan', 'Wilson', 'Ouellet', 'van der Berg', 'الأحمد', 'כהן', '佐藤', '李', 'Иванов', 'Παπαδόπουλος', '김',
  'शर्मा', '𠮷田', 'Lévesque', 'St. John', 'Brown', 'Thibault', 'Beaulieu & Fils', 'Jones',
]

export const PRODUCT_WORDS = [
  'Maple Syrup', 'Wool Toque', 'Canoe Paddle', 'Ceramic Mug', 'Cedar Candle', 'Linen Apron', 'Enamel Pot', 'Café Blend №5', 'Thé vert 日本', 'Hockey Tape',
  'Snowshoe Kit', 'Leather Journal', 'Rain Jacket', 'Trail Mix', 'Birch Tray', 'Copper Kettle', 'Down Vest', 'Fleece Blanket', 'Beeswax Wrap', 'Camp Stove',
  'Moss Planter 🌿', 'Tuque “Nord”', 'زيت زيتون', 'מפה לשולחן', 'Poêle en fonte', 'Brûleur à encens', 'Matcha 𠮷 Set', 'Soap <Lavender> & Honey', 'Quilt Ω', 'Pocket Knife',
]

export const ADJECTIVES = ['Classic', 'Small', 'Large', 'Organic', 'Hand-made', 'Nordic', 'Vintage', 'Everyday', 'Deluxe', 'Travel']

export const STREETS = ['Main St', 'King St W', 'Rue Sainte-Catherine', 'Queen St', 'Granville St', 'Jasper Ave', 'Av. du Parc', '8th Ave SW', 'Boul. Saint-Laurent', 'Elm Rd']

/** Places per region: state, country, cities and a postcode each. */
export const PLACES = {
  ON: { country: 'CA', state: 'ON', cities: [['Toronto', 'M5V 2T6'], ['Ottawa', 'K1P 5M7'], ['Hamilton', 'L8P 1A1']] },
  QC: { country: 'CA', state: 'QC', cities: [['Montréal', 'H2X 1Y4'], ['Québec', 'G1R 4S9'], ['Trois-Rivières', 'G9A 5C5']] },
  BC: { country: 'CA', state: 'BC', cities: [['Vancouver', 'V6B 1A1'], ['Victoria', 'V8W 1P6']] },
  AB: { country: 'CA', state: 'AB', cities: [['Calgary', 'T2P 1J9'], ['Edmonton', 'T5J 0N3']] },
  US: { country: 'US', state: 'NY', cities: [['Buffalo', '14201'], ['New York', '10001']] },
  DE: { country: 'DE', state: '', cities: [['Berlin', '10115'], ['München', '80331']] },
} as const
