"""Given names that are common where this program is used, folded. Pure data.

Left out are those that are as well a month, a place or a word of a title ("Jan", "Victoria", "Heide", "Will"): an
absence that may be the user's own is the user's own.
"""

from __future__ import annotations

from termintreu.model.names import words_of

GIVEN_NAMES = frozenset(
    words_of(
        "Aaron Abdul Achim Ada Adam Adrian Agnes Ahmed Ahmet Aisha Alain Albert Albrecht Aleksandra Alessandro "
        "Alessia Alex Alexander Alexandra Alfred Ali Alice Alicja Alina Alma Alwin Amelie Amira Amy Ana Anastasia "
        "Andi Andre Andrea Andreas Andrei Andrew Andrzej Andy Angela Angelika Anika Anita Anja Anke Ann Anna Anne "
        "Anneliese Annemarie Annette Annika Anthony Antje Antoine Anton Antonia Antonio Arda Armin Arne Arno "
        "Arthur Arved Astrid Axel Ayse Barbara Bastian Beate Beatrice Beatrix Bella Ben Benedikt Benjamin Bente "
        "Bernd Bernhard Bert Berta Bettina Bianca Bill Birgit Birte Björn Bob Boris Brian Brigitte Britta Bruno "
        "Burkhard Can Carina Carl Carla Carlos Carmen Carola Caroline Carsten Catherine Cathrin Cem Charles "
        "Charlie Charlotte Chiara Chloe Chris Christa Christian Christiane Christin Christina Christine Christof "
        "Christoph Christopher Claire Clara Clare Claudia Claus Clemens Colin Cornelia Corinna Damian Dana Daniel "
        "Daniela Danielle Dave David Dennis Denise Detlef Diana Diego Dieter Dietmar Dirk Dominik Dora Doris "
        "Dorothea Eberhard Eckart Edgar Edith Eduard Edward Egon Ekaterina Elena Eleni Elias Elif Elisa Elisabeth "
        "Elizabeth Elke Ella Ellen Elsa Emil Emilia Emily Emine Emma Emre Eric Erich Erik Erika Erwin Esra Esther "
        "Eugen Eva Evelyn Fabian Fabienne Fabio Fatima Fatma Felicitas Felix Ferdinand Fiona Finn Florian "
        "Francesca Francesco Franziska Francois Frank Franz Fred Frederic Frederik Frida Frieda Friederike "
        "Friedrich Fritz Gabi Gabriel Gabriela Gabriele Gareth Gary Geoffrey Georg George Gerald Gerd Gerda "
        "Gerhard Gertrud Gianni Giovanni Gisela Giulia Gordon Grzegorz Gregor Greta Gudrun Guido Guillaume Günter "
        "Günther Gunnar Gustav Hanna Hannah Hannelore Hannes Hans Harald Harry Hartmut Hasan Hassan Heather Heidi "
        "Heike Heiko Heiner Heinrich Heinz Helen Helena Helene Helga Helmut Hendrik Henning Henri Henrik Henry "
        "Herbert Hermann Hilde Hildegard Holger Horst Hubert Hugo Hülya Ian Ibrahim Ida Ilona Ilse Imke Ina Ines "
        "Inga Inge Ingeborg Ingo Ingrid Irene Irina Iris Irmgard Isabel Isabell Isabella Isabelle Ivan Jack Jacob "
        "Jacqueline Jakob James Jana Jane Janet Janina Janine Jannik Jasmin Jason Javier Jean Jeanette Jelena "
        "Jennifer Jens Jeremy Jessica Jill Jim Joachim Joan Joanna Jochen Joe Joel Johanna Johannes John Jonas "
        "Jonathan Jörg Jörn José Josef Josefine Joseph Josephine Joshua Juan Judith Julia Julian Juliane Julie "
        "Jürgen Justin Justus Jutta Kai Karen Karin Karl Karla Karolina Karoline Karsten Kaspar Katarzyna Kate "
        "Katharina Katherine Kathrin Katja Katrin Katy Keith Kelly Kemal Ken Kerstin Kevin Kim Kirsten Klara Klaus "
        "Knut Konrad Konstantin Krzysztof Kristin Kristina Kurt Lara Larissa Lars Laura Laurent Lea Leah Lena Leni "
        "Leo Leon Leonard Leonie Leopold Levin Liam Lilli Lilly Lina Linda Linus Lisa Lorena Lorenz Lothar Lotte "
        "Louis Louisa Louise Luca Lucas Lucia Lucy Ludwig Luigi Luis Luisa Luise Luka Lukas Luke Lutz Lydia Maciej "
        "Madeleine Magdalena Maik Maike Maja Malgorzata Malte Mandy Manfred Manuel Manuela Marc Marcel Marco "
        "Marcus Maren Margaret Margarete Margit Margot Margret Maria Marianne Marie Marija Mario Marion Marius "
        "Marjan Marko Markus Marlene Marlies Marta Marten Martha Martin Martina Marvin Mary Mateusz Mathias "
        "Mathilda Matteo Matthew Matthias Maurice Max Maxim Maximilian Mehmet Meike Melanie Melina Melissa Merle "
        "Mert Mia Micha Michael Michaela Michel Michelle Miguel Mika Mike Mikhail Milan Milena Mira Miriam Mirjam "
        "Mohamed Mohammed Mona Monika Moritz Murat Mustafa Nadine Nadja Natalia Natalie Nathalie Nele Niall "
        "Nicholas Nick Nico Nicola Nicolas Nicole Niels Niklas Nikolai Nikolas Nils Nina Noah Noel Nora Norbert "
        "Norman Oguz Olaf Ole Oleg Olga Oliver Olivia Oskar Otto Özlem Pablo Paolo Pascal Patricia Patrick Patrik "
        "Paul Paula Pauline Pavel Pedro Peggy Peter Petra Philip Philipp Philippe Pia Pierre Piotr Rachel Rafael "
        "Rainer Ralf Ralph Ramona Raphael Rebecca Regina Regine Reiner Reinhard Reinhold Renate Rene Ricarda "
        "Richard Rita Robert Roberto Robin Roger Roland Rolf Roman Ronald Ronja Rosa Rosemarie Rosi Roswitha Rudi "
        "Rudolf Ruth Ryan Sabine Sabrina Sally Sam Samira Samuel Sandra Sara Sarah Sascha Sean Sebastian Selina "
        "Serkan Severin Sibylle Siegfried Sigrid Silke Silvia Simon Simone Sina Sofia Sofie Sonja Sophia Sophie "
        "Stefan Stefanie Steffen Steffi Stella Stephan Stephanie Stephen Steve Steven Stuart Sue Susan Susanna "
        "Susanne Susi Svenja Sven Sylvia Sylvie Tamara Tanja Tarek Tatjana Ted Teresa Thea Theo Theresa Thomas "
        "Thorben Thorsten Tilman Tim Timo Timothy Tina Tobi Tobias Tom Tomasz Tommaso Toni Tony Torben Torsten "
        "Tristan Udo Ulf Uli Ulla Ulrich Ulrike Ursula Ute Uwe Valentina Valeria Vanessa Vera Verena Veronika "
        "Vincent Viola Vivian Vladimir Volker Waltraud Walter Wendy Werner Wiebke Wilfried Wilhelm William Willi "
        "Winfried Wojciech Wolfgang Xaver Xenia Yannick Yannis Yasmin Yusuf Yvonne Zeynep Zoe "
        "Aleksander Alejandro Amit Anand Andreea Aneta Anil Anouk Arjun Arun Aylin Bilal Bogdan Chantal Darius Deepak "
        "Dmitri Dmitry Dorota Ebru Emilio Enrico Fatemeh Fernando Gökhan Goran Hamid Igor Ioana Ioannis Jakub Jaroslav "
        "Joana Jovana Juliette Jürg Kavita Khaled Kilian Kiran Kofi Kuba Kumar Ljubica Luan Mahmoud Malik Mateo "
        "Mihai Nadia Naomi Nikos Nuri Omar Onur Oksana Olena Oleksandr Pawel Pierangelo Pooja Priya Radu Rahel "
        "Rahul Rajesh Reto Ritu Sanjay Selim Sergej Sergey Slavica Soren Sunita Svetlana Şule Tarkan Tiago Tomislav "
        "Ueli Urs Vikram Vlad Volkan Xavier Yuki Yuri Zoran Ashley Brandon Brenda Carol Cindy Craig Debbie "
        "Derek Diane Donna Doug Emma Ethan Greg Jeff Josh Kathy Kenneth Kyle Larry Laurie Megan Nancy "
        "Nathan Pam Phil Roger Ross Sharon Shannon Stacy Tara Todd Travis Tyler Wayne"
    )
)
