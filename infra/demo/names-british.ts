/** Given and family names of England, Scotland, Wales and Ireland, commoner first within each list. */
import type { Community } from "./names.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const english: Community = {
  name: "english",
  shares: { older: 58, younger: 48 },
  ethnic: ["A"],
  custom: "shared",
  older: {
    male: words(`John David Michael Peter Robert Brian William James Alan Kenneth Thomas Ronald George Derek Anthony Raymond
      Roy Keith Dennis Barry Eric Terence Gordon Colin Arthur Malcolm Geoffrey Graham Roger Albert Frank Stanley Norman
      Trevor Harold Frederick Leslie Donald Ernest Walter Jack Charles Philip Douglas Edward Reginald Joseph Sidney
      Stuart Clifford Leonard Victor Harry Gerald Bernard Cyril Maurice Neville Rodney Clive Royston Percy Wilfred
      Herbert Horace Edwin Cecil Lionel Granville Alec Ralph Desmond Francis Gilbert Hubert Laurence Lawrence Martin
      Vernon Wilson Stephen Paul Richard Christopher Ian Andrew Nigel Kevin`),
    female:
      words(`Margaret Mary Jean Patricia Joan Dorothy Barbara Sheila Maureen Doreen Joyce Brenda Shirley Sylvia June
      Christine Betty Pamela Ann Jean Eileen Marjorie Kathleen Audrey Irene Beryl Norma Hilda Rita Edna Elsie Muriel
      Vera Doris Winifred Marion Janet Carol Judith Valerie Susan Linda Elizabeth Gillian Josephine Ruth Freda Phyllis
      Gladys Ivy Lilian Mavis Olive Constance Evelyn Edith Florence Ada Alma Annie Avis Connie Daphne Dilys Enid Esther
      Ethel Eunice Geraldine Glenys Gwendoline Hazel Heather Iris Jessie Lorna Marian Maisie Nancy Nora Pauline Peggy
      Rosemary Stella Thelma Violet Wendy Yvonne Zena Anne Jacqueline Sandra Diane Lesley Rosalind`),
  },
  younger: {
    male: words(`James Daniel Matthew Thomas Jack Joshua Luke Ryan Adam Christopher Lewis Jordan Liam Oliver Samuel Benjamin
      Joseph Connor Harry Alexander George William Callum Jake Nathan Charlie Kieran Aaron Mark Andrew Lee Craig Darren
      Gareth Dean Scott Simon Jason Wayne Shaun Stuart Carl Neil Robert Michael Steven Stephen Martin Gavin Jamie Dominic
      Noah Oscar Leo Archie Alfie Freddie Theo Ethan Mason Tyler Kyle Reece Bradley Elliot Toby Max Henry Isaac`),
    female:
      words(`Emma Laura Rebecca Sarah Charlotte Jessica Hannah Amy Lauren Sophie Chloe Emily Megan Lucy Katie Samantha
      Rachel Gemma Victoria Natalie Kelly Leanne Stacey Kirsty Claire Nicola Joanne Lisa Michelle Tracey Donna Karen
      Louise Helen Alison Julie Olivia Georgia Holly Bethany Abigail Amelia Ella Grace Daisy Poppy Isla Freya Evie Ruby
      Lily Phoebe Imogen Zoe Danielle Jodie Hayley Naomi Eleanor Alice Molly Ellie Catherine Kate Jennifer Harriet`),
  },
  families:
    words(`Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts
    Green Hall Wood Jackson Clarke Harrison Hughes Turner Hill Clark Cooper Ward Moore Morris Baker King Harris Allen
    Parker Lee Watson Shaw Bennett Carter Mitchell Barker Holmes Ellis Firth Hargreaves Sutcliffe Armitage Dyson
    Illingworth Ackroyd Barraclough Crowther Greenwood Haigh Hirst Holroyd Jagger Kaye Lumb Metcalfe Naylor Oldroyd
    Pickles Priestley Ramsden Rhodes Schofield Senior Stead Sykes Thackray Tordoff Varley Wadsworth Whiteley
    Womersley Atkinson Bailey Barnes Bell Booth Bradley Brooks Burton Butler Chapman Collins Cook Cox Crossley Dawson
    Dean Dixon Edwards Farrar Fisher Foster Fox Gibson Gill Graham Gray Griffiths Harvey Hawkins Hobson Holland
    Howard Hudson Hunt Hunter Hutchinson Jenkinson Kendall Kirk Knight Lawson Lister Lloyd Lowe Marsden Marshall
    Mason Matthews Middleton Mills Morgan Newton Nicholson Palmer Parkinson Pearson Phillips Pollard Porter Poole
    Price Richardson Riley Rogers Rose Rowley Russell Saunders Scott Simpson Slater Spencer Stephenson Stevens Stone
    Teale Tempest Thornton Townsend Tyler Waterhouse Waite Walton Webster Wells West Whitaker Wilkinson Winterbottom
    Woodhead Yates Young Abbott Appleyard Ashworth Beaumont Binns Blackburn Bottomley Broadbent Butterworth Cawthra
    Clegg Dewhirst Drake Earnshaw Emmott Fearnley Feather Gaunt Gledhill Hebblethwaite Hepworth Hinchliffe
    Hollingworth Horsfall Ibbotson Jowett Lockwood Mellor Midgley Murgatroyd Northrop Ogden Peace Popplewell
    Quarmby Rushworth Sugden Tattersall Uttley Verity Wainwright Wigglesworth Wolstenholme`),
};

const scottish: Community = {
  name: "scottish",
  shares: { older: 5, younger: 4 },
  ethnic: ["A"],
  custom: "shared",
  older: {
    male: words(`Alexander Ian Hamish Duncan Angus Donald Robert William James Gordon Alasdair Archibald Malcolm Hugh Andrew
      Kenneth Neil Murdo Iain Fergus`),
    female:
      words(`Morag Agnes Isobel Jean Elspeth Margaret Catriona Fiona Janet Moira Sheena Effie Flora Jessie Ishbel
      Mairi Senga Una Netta Wilma`),
  },
  younger: {
    male: words("Callum Fraser Ross Ewan Cameron Craig Stuart Scott Euan Rory Finlay Lachlan Struan Kerr"),
    female: words("Eilidh Kirsty Catriona Fiona Isla Ailsa Mhairi Lorna Shona Iona Skye Rhona Morven"),
  },
  families:
    words(`Campbell Stewart MacDonald Robertson Thomson Anderson Murray Reid Ross Mackenzie Fraser Cameron McLean
    MacLeod Sinclair Ferguson Drummond Buchanan Munro McIntosh Kerr Muir Wallace McKay Douglas Gillespie McPherson
    Sutherland Urquhart Galbraith`),
};

const welsh: Community = {
  name: "welsh",
  shares: { older: 3, younger: 2 },
  ethnic: ["A"],
  custom: "shared",
  older: {
    male: words(
      "Gwyn Dilwyn Emrys Ieuan Glyn Hywel Idris Evan Dafydd Elwyn Alun Aled Gareth Trefor Arwel Wyn",
    ),
    female: words(
      "Gwyneth Siân Megan Glenys Olwen Bronwen Myfanwy Eirlys Dilys Mair Nesta Rhiannon Gwenda Ceridwen Beti",
    ),
  },
  younger: {
    male: words("Rhys Owain Gethin Dylan Iwan Ifan Huw Geraint Llŷr Osian Tomos Steffan"),
    female: words("Cerys Ffion Carys Bethan Nia Lowri Catrin Angharad Seren Elin Mared Efa"),
  },
  families: words(
    "Jones Williams Davies Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen Rees Llewellyn Pritchard Powell Parry Vaughan Bevan Gwynne",
  ),
};

const irish: Community = {
  name: "irish",
  shares: { older: 6, younger: 4 },
  ethnic: ["B", "B", "A"],
  custom: "shared",
  older: {
    male: words(
      "Patrick Michael John Seamus Sean Thomas Daniel Kevin Brendan Eamon Declan Desmond Liam Cornelius Dermot Fergal Malachy Colm Fintan Padraig",
    ),
    female: words(
      "Bridget Mary Kathleen Maureen Nora Eileen Teresa Philomena Breda Bernadette Josephine Sheila Carmel Noreen Assumpta Attracta Concepta Delia Una Rosaleen",
    ),
  },
  younger: {
    male: words("Conor Sean Niall Ciaran Cillian Aidan Oisin Rory Darragh Eoin Seán Shane Cathal Tadhg"),
    female: words(
      "Aoife Niamh Ciara Siobhan Sinead Orla Roisin Grainne Caoimhe Maeve Saoirse Deirdre Clodagh",
    ),
  },
  families: words(
    "Murphy Kelly O'Brien Walsh Byrne Ryan O'Connor O'Neill Doyle McCarthy Gallagher Doherty Kennedy Lynch Quinn McLoughlin O'Donnell Maguire Nolan Brennan Duffy Flanagan Conroy Moran Costello McHugh Geraghty O'Rourke Sweeney Rafferty",
  ),
};

export const british: readonly Community[] = [english, scottish, welsh, irish];
