/** What languages call themselves (CLDR 48.0, Unicode-3.0). Written by names.js. */

/** A tag, a tab and a name on each line. */
export const OWN_NAMES = `af	Afrikaans
ak	Akan
am	አማርኛ
ar	العربية
as	অসমীয়া
az	Azərbaycan
ba	Башҡорт
be	Беларуская
bg	Български
bm	Bamanakan
bn	বাংলা
bo	བོད་སྐད་
br	Brezhoneg
bs	Bosanski
ca	Català
ce	Нохчийн
cs	Čeština
cv	Чӑваш чӗлхи
cy	Cymraeg
da	Dansk
de	Deutsch
dz	རྫོང་ཁ
ee	Eʋegbe
el	Ελληνικά
en	English
eo	Esperanto
es	Español
et	Eesti
eu	Euskara
fa	فارسی
ff	Pulaar
fi	Suomi
fo	Føroyskt
fr	Français
fy	Frysk
ga	Gaeilge
gd	Gàidhlig
gl	Galego
gu	ગુજરાતી
gv	Gaelg
ha	Hausa
he	עברית
hi	हिन्दी
hr	Hrvatski
hu	Magyar
hy	Հայերեն
ia	Interlingua
id	Indonesia
ie	Interlingue
ig	Igbo
ii	ꆈꌠꉙ
is	Íslenska
it	Italiano
ja	日本語
jv	Jawa
ka	Ქართული
ki	Gikuyu
kk	Қазақ тілі
kl	Kalaallisut
km	ខ្មែរ
kn	ಕನ್ನಡ
ko	한국어
ks	کٲشُر
ku	Kurdî (kurmancî)
kw	Kernewek
ky	Кыргызча
lb	Lëtzebuergesch
lg	Luganda
ln	Lingála
lo	ລາວ
lt	Lietuvių
lu	Tshiluba
lv	Latviešu
mg	Malagasy
mi	Māori
mk	Македонски
ml	മലയാളം
mn	Монгол
mr	मराठी
ms	Melayu
mt	Malti
my	မြန်မာ
nb	Norsk bokmål
nd	IsiNdebele
ne	नेपाली
nl	Nederlands
nn	Norsk nynorsk
no	Norsk
oc	Occitan
om	Oromoo
or	ଓଡ଼ିଆ
os	Ирон
pa	ਪੰਜਾਬੀ
pl	Polski
ps	پښتو
pt	Português
qu	Runasimi
rm	Rumantsch
rn	Ikirundi
ro	Română
ru	Русский
rw	Ikinyarwanda
sa	संस्कृत भाषा
sc	Sardu
sd	سنڌي
se	Davvisámegiella
sg	Sängö
si	සිංහල
sk	Slovenčina
sl	Slovenščina
sn	ChiShona
so	Soomaali
sq	Shqip
sr	Српски
st	Sesotho
su	Basa Sunda
sv	Svenska
sw	Kiswahili
ta	தமிழ்
te	తెలుగు
tg	Тоҷикӣ
th	ไทย
ti	ትግርኛ
tk	Türkmen dili
tn	Setswana
to	Lea fakatonga
tr	Türkçe
tt	Татар
ug	ئۇيغۇرچە
uk	Українська
ur	اردو
uz	O‘zbek
vi	Tiếng Việt
wo	Wolof
xh	IsiXhosa
yi	ייִדיש
yo	Èdè Yorùbá
za	Vahcuengh
zh	中文
zu	IsiZulu
agq	Aghem
ars	اللهجة النجدية
asa	Kipare
ast	Asturianu
bas	Ɓàsàa
bem	Ichibemba
bez	Hibena
bgc	हरियाणवी
bho	भोजपुरी
blo	Anii kagɩja
brx	बर’
bua	Буряад
ccp	𑄌𑄋𑄴𑄟𑄳𑄦
ceb	Cebuano
cgg	Rukiga
chr	ᏣᎳᎩ
ckb	کوردیی ناوەندی
csw	ᓀᐦᐃᓇᐍᐏᐣ
dav	Kitaita
dje	Zarmaciine
doi	डोगरी
dsb	Dolnoserbšćina
dua	Duálá
dyo	Joola
ebu	Kĩembu
ewo	Ewondo
fil	Filipino
fur	Furlan
gaa	Gã
gsw	Schwiizertüütsch
guz	Ekegusii
haw	ʻŌlelo Hawaiʻi
hsb	Hornjoserbšćina
jgo	Ndaꞌa
jmc	Kimachame
kab	Taqbaylit
kam	Kikamba
kde	Chimakonde
kea	Kabuverdianu
kgp	Kanhgág
khq	Koyra ciini
kkj	Kakɔ
kln	Kalenjin
kok	कोंकणी
ksb	Kishambaa
ksf	Rikpa
ksh	Kölsch
kxv	Kuvi
lag	Kɨlaangi
lij	Ligure
lkt	Lakȟólʼiyapi
lmo	Lombard
lrc	لۊری شومالی
luo	Dholuo
luy	Luluhia
mai	मैथिली
mas	Maa
mer	Kĩmĩrũ
mfe	Kreol morisien
mgh	Makua
mgo	Metaʼ
mni	মৈতৈলোন্
mua	MUNDAŊ
mzn	مازرونی
naq	Khoekhoegowab
nds	Neddersass’sch
nnh	Shwóŋò ngiembɔɔn
nqo	ߒߞߏ
nso	Sesotho sa Leboa
nus	Thok Nath
nyn	Runyankore
pcm	Naijíriá Píjin
pms	Piemontèis
prg	Prūsiskan
raj	राजस्थानी
rof	Kihorombo
rwk	Kiruwa
sah	Саха тыла
saq	Kisampur
sat	ᱥᱟᱱᱛᱟᱲᱤ
sbp	Ishisangu
scn	Sicilianu
seh	Sena
ses	Koyraboro senni
shi	ⵜⴰⵛⵍⵃⵉⵜ
shn	တႆး
smn	Anarâškielâ
syr	ܣܘܪܝܝܐ
szl	Ślōnski
teo	Kiteso
tok	Toki pona
twq	Tasawaq senni
tyv	Тыва
tzm	Tamaziɣt n laṭlaṣ
vai	ꕙꔤ
vec	Veneto
vmw	Emakhuwa
vun	Kyivunjo
wae	Walser
xnr	कांगड़ी
xog	Olusoga
yav	Nuasue
yrl	Nheẽgatu
yue	粵語
zgh	ⵜⴰⵎⴰⵣⵉⵖⵜ
pt-BR	Português (Brasil)
zh-Hans	中文（简体）
zh-Hant	中文（繁體）
sr-Latn	Srpski (latinica)
sr-Cyrl	Српски (ћирилица)
pa-Arab	پنجابی (عربی)
uz-Cyrl	Ўзбекча (Кирил)
az-Cyrl	Азәрбајҹан (Кирил)`;
