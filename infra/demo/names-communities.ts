/** Given and family names of the place's other communities, commoner first within each list. */
import type { Community } from "./names.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const community = (
  name: string,
  shares: readonly [older: number, younger: number],
  ethnic: readonly string[],
  custom: Community["custom"],
  male: readonly [older: string, younger: string],
  female: readonly [older: string, younger: string],
  families: string,
): Community => ({
  name,
  shares: { older: shares[0], younger: shares[1] },
  ethnic,
  custom,
  older: { male: words(male[0]), female: words(female[0]) },
  younger: { male: words(male[1]), female: words(female[1]) },
  families: words(families),
});

export const communities: readonly Community[] = [
  community(
    "pakistani",
    [5, 10],
    ["J"],
    "begum",
    [
      "Mohammed Muhammad Ghulam Abdul Khalid Tariq Rashid Nazir Bashir Mahmood Arshad Sadiq Riaz Zafar Liaqat Fazal Yaqub Aslam",
      "Mohammed Adeel Imran Hamza Bilal Usman Zain Haroon Faisal Kamran Omar Asim Junaid Waqas Sohail Ibrahim Yusuf Hassan",
    ],
    [
      "Nasreen Razia Shamim Zubeda Khalida Parveen Rukhsana Naseem Rehana Fatima Sakina Zainab Hameeda Mumtaz",
      "Aisha Fatima Saima Sana Zara Maryam Nadia Sobia Iqra Hafsa Shazia Bushra Amina Noreen Uzma",
    ],
    "Hussain Khan Ahmed Ali Iqbal Mahmood Akhtar Malik Mirza Shah Butt Rehman Aslam Javed Raja Qureshi Chaudhry Sheikh Bashir Nawaz Ashraf Siddique",
  ),
  community(
    "indian",
    [4, 4],
    ["H"],
    "shared",
    [
      "Ramesh Suresh Mahendra Jayantilal Harish Ashok Kantilal Vinod Dinesh Bhupendra Mohan Natwarlal Chandrakant Rajendra",
      "Amit Rahul Nikhil Rohan Vikram Anil Sanjay Kunal Dev Arjun Hitesh Ravi Jay Nilesh",
    ],
    [
      "Kamala Pushpa Sarla Manjula Kokila Savita Nirmala Hansa Urmila Shanta Jyoti Usha Kusum Bhanumati",
      "Priya Anjali Neha Pooja Meera Kavita Nisha Reena Divya Hetal Sonal Anita Shreya Bhavna",
    ],
    "Patel Shah Sharma Mistry Desai Mehta Joshi Parmar Gupta Chauhan Solanki Nair Reddy Iyer Verma Thakkar Lad Rao Chopra Kapoor",
  ),
  community(
    "sikh",
    [3, 3],
    ["H"],
    "sikh",
    [
      "Gurdial Harbhajan Mohinder Balwant Surjit Avtar Jaswant Pritam Kuldip Ajit Gurmit Sohan Darshan Malkit",
      "Harpreet Gurpreet Amandeep Manjit Jaspal Ranjit Sukhdev Jasdeep Kulwinder Arjan Simran Hardeep",
    ],
    [
      "Surinder Gurbachan Harbans Kuldip Mohinder Balbir Surjit Amarjit Satwant Jaswinder Pritam Swaran",
      "Harpreet Simran Jasmine Manpreet Navdeep Kiran Ravinder Amrit Sukhjit Gurleen Jasleen Parminder",
    ],
    "Gill Dhillon Sandhu Sidhu Grewal Bains Johal Atwal Mann Dosanjh Virdee Bhogal Sahota Uppal Matharu",
  ),
  community(
    "bangladeshi",
    [2, 3],
    ["K"],
    "begum",
    [
      "Abdul Mohammed Md Abdur Shafiq Nurul Rafiq Faruk Siraj Mokbul Anwar Lutfur Harun Motin",
      "Shah Kamal Jamal Rezaul Tanvir Saiful Mahbub Shahid Nazmul Rafi Imran Sadiq",
    ],
    [
      "Rahima Jahanara Rokeya Nurjahan Hosne Sufia Anwara Shamsun Rabeya Mina Ayesha Safia",
      "Nasima Shabana Tahmina Farhana Sultana Ruksana Salma Nadia Jannat Sumaiya Taslima",
    ],
    "Miah Ahmed Ali Hussain Uddin Islam Rahman Chowdhury Khan Hoque Choudhury Alam Ullah Haque Mia Kamal",
  ),
  community(
    "caribbean",
    [5, 4],
    ["M", "M", "G"],
    "shared",
    [
      "Winston Clifton Egbert Neville Carlton Cedric Lloyd Vincent Clive Errol Leroy Alford Delroy Rupert Desmond Hopeton Wilbert",
      "Marcus Jermaine Tyrone Dwayne Leon Andre Nathaniel Kieron Curtis Isaiah Darnell Jerome Reuben",
    ],
    [
      "Gloria Icilda Merlene Eulalie Hyacinth Daphne Beverley Verona Pearl Sonia Ionie Myrtle Una Blossom Cislyn Enid",
      "Natasha Simone Shanice Chantelle Keisha Monique Tanya Jade Kezia Aaliyah Rochelle Nadine",
    ],
    "Campbell Brown Williams Francis Bailey Grant Gordon Reid Clarke Morrison Samuels Henry Powell Blake Francis Edwards Charles Liburd Browne Archibald Huggins Walters Daley Facey Gayle",
  ),
  community(
    "nigerian",
    [1.5, 4],
    ["N"],
    "shared",
    [
      "Emmanuel Samuel Babatunde Olusegun Chukwuma Adebayo Festus Sunday Godwin Ikechukwu Ezekiel Akin",
      "Oluwaseun Chidi Emeka Tunde Femi Kelechi David Daniel Obinna Tobi Ayo Uche",
    ],
    [
      "Florence Comfort Folake Ngozi Adunni Grace Patience Abosede Ifeoma Titilayo Esther Nkechi",
      "Chioma Blessing Temitope Funmi Amaka Yetunde Bukola Adaeze Simisola Oluchi Kemi Favour",
    ],
    "Okafor Adeyemi Okonkwo Adebayo Ogunleye Eze Balogun Nwosu Oladipo Ibrahim Obi Akintola Onyekachi Olawale Afolabi Chukwu Bello Osagie",
  ),
  community(
    "ghanaian",
    [1, 2],
    ["N"],
    "shared",
    [
      "Kwame Kofi Kwabena Yaw Kwaku Emmanuel Ebenezer Kojo Isaac Joseph",
      "Kwame Kofi Michael Nana Samuel Prince Yaw Elvis Derrick Kwesi",
    ],
    [
      "Akosua Ama Abena Afia Comfort Mercy Beatrice Esi Grace Adwoa",
      "Abena Efua Akua Priscilla Linda Yaa Adjoa Gifty Nana Maame",
    ],
    "Mensah Owusu Boateng Asante Osei Appiah Agyeman Amoah Addo Ofori Antwi Acheampong Frimpong Sarpong Darko",
  ),
  community(
    "somali",
    [1, 3],
    ["N"],
    "own",
    [
      "Abdi Mohamed Ahmed Hassan Ali Omar Yusuf Ibrahim Ismail Jama Farah Warsame",
      "Abdirahman Mohamed Ayub Zakaria Liban Mustafa Bilal Khalid Guled Yahya Sharmarke",
    ],
    [
      "Halima Fadumo Amina Asha Khadija Sahra Hawa Maryan Safiya Faduma Habiba",
      "Hodan Ayaan Ifrah Sagal Fatima Nasra Hibo Ubah Ilhan Idil Deqa",
    ],
    "Mohamed Ali Ahmed Hassan Abdi Omar Warsame Farah Jama Yusuf Ibrahim Hussein Osman Adan Nur Abdullahi Isse Elmi",
  ),
  community(
    "polish",
    [2, 5],
    ["C"],
    "polish",
    [
      "Stanisław Jan Kazimierz Józef Tadeusz Zbigniew Henryk Czesław Mieczysław Wacław Zdzisław Edward",
      "Piotr Tomasz Krzysztof Marcin Paweł Łukasz Michał Adam Grzegorz Rafał Jakub Mateusz",
    ],
    [
      "Stanisława Janina Zofia Helena Krystyna Irena Jadwiga Halina Danuta Wanda Genowefa Bronisława",
      "Anna Katarzyna Agnieszka Małgorzata Magdalena Joanna Monika Ewa Karolina Aleksandra Beata Dorota",
    ],
    "Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski Zając Król Wieczorek",
  ),
  community(
    "ukrainian",
    [0.7, 0.5],
    ["C"],
    "shared",
    ["Ivan Petro Mykola Bohdan Stepan Wasyl Roman Taras", "Oleksandr Dmytro Andriy Serhiy Taras Bohdan Oleh"],
    ["Maria Olha Stefania Kateryna Anna Paraska Halyna", "Oksana Iryna Natalia Olena Yulia Svitlana Tetiana"],
    "Shevchenko Kovalenko Bondarenko Tkachenko Melnyk Kravchenko Oliynyk Boyko Koval Hrynyk Savchuk Petrenko",
  ),
  community(
    "italian",
    [0.8, 0.5],
    ["C"],
    "shared",
    [
      "Giuseppe Antonio Salvatore Domenico Luigi Carmelo Pasquale Vito Rocco",
      "Marco Luca Matteo Alessandro Andrea Francesco Davide",
    ],
    [
      "Maria Concetta Giuseppina Rosa Carmela Assunta Filomena Antonietta",
      "Giulia Francesca Chiara Valentina Sara Elena Martina",
    ],
    "Rossi Russo Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Lombardi",
  ),
  community(
    "chinese",
    [1.2, 1.6],
    ["R"],
    "own",
    [
      "Wai Kwok Chi Ming Kam Yiu Wing Siu-Ming Tak Hon-Wah Shing",
      "Wei Jun Ka-Ho Chun Hao Jason Kevin Tsz Ming Lok",
    ],
    [
      "Mei Lai Yuk Siu Wai Suk-Yin Kit Fung Oi-Lin Sau Yee",
      "Ling Xin Hui Ka-Yan Michelle Tsz Yan Jing Mei Wing",
    ],
    "Chan Wong Cheung Lee Lau Li Wang Zhang Chen Liu Ng Tang Ho Leung Lam Yip Yeung Tsang Kwan Mak",
  ),
  community(
    "vietnamese",
    [0.5, 0.7],
    ["S"],
    "own",
    ["Van Minh Duc Thanh Hung Quang Long Binh", "Tuan Nam Khoa Huy Dung Phong Son Bao"],
    ["Thi Lan Hoa Mai Huong Nga Bich Cuc", "Linh Trang Thao Ngoc Anh Phuong Nhi Vy"],
    "Nguyen Tran Le Pham Huynh Hoang Vu Vo Dang Bui Do Ngo Ly",
  ),
  community(
    "arabic",
    [1, 2.4],
    ["S", "C"],
    "own",
    [
      "Mahmoud Hassan Abdullah Saleh Mustafa Salem Yahya Nasser Khalil Saeed",
      "Ahmad Omar Ali Karim Samir Tarek Hamza Youssef Bilal Anas",
    ],
    [
      "Fatima Samira Nadia Zahra Amal Huda Salwa Layla Najat Khadijah",
      "Noor Rania Dina Hiba Yasmin Reem Lina Sara Rasha Maha",
    ],
    "Al-Hassan Saleh Hassan Ahmed Al-Masri Haddad Nasser Khalil Mansour Abdullah Saeed Ibrahim Al-Amin Darwish Hamdan Aziz Salem",
  ),
  community(
    "turkish",
    [0.7, 1],
    ["C"],
    "shared",
    [
      "Mehmet Mustafa Ahmet Hasan Hüseyin İbrahim Osman Ramazan Süleyman",
      "Emre Murat Burak Can Serkan Onur Deniz Yusuf Kerem",
    ],
    ["Fatma Ayşe Emine Hatice Zeynep Gülsüm Hanife Şerife", "Elif Merve Esra Özge Selin Derya Büşra Gamze"],
    "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Arslan Doğan Kılıç Aslan Koç Kurt Özdemir",
  ),
  community(
    "romanian",
    [0.5, 2.6],
    ["C"],
    "shared",
    [
      "Ion Gheorghe Vasile Nicolae Constantin Dumitru Ilie Petru",
      "Andrei Alexandru Mihai Ionuț Cristian Marius Florin Bogdan Daniel",
    ],
    [
      "Maria Elena Ana Ioana Floarea Viorica Lucreția Paraschiva",
      "Andreea Alexandra Mihaela Cristina Gabriela Alina Roxana Diana Simona",
    ],
    "Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Munteanu Rusu Moldovan Constantin Marin Lazăr",
  ),
];
