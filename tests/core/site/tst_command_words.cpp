// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/command_words.h"

#include <QTest>

using namespace widthwise;

using Words = std::set<std::string>;

class TestCommandWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areFound_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::addColumn<Words>("words");
        QTest::newRow("words") << std::string("python  train.py\n\t--x 1")
                               << Words{"python", "train.py", "--x", "1"};
        QTest::newRow("value of an option") << std::string("t --cfg=conf/a.yaml") << Words{"conf/a.yaml"};
        QTest::newRow("override") << std::string("t +data.file=a=b.csv") << Words{"a=b.csv", "b.csv"};
        QTest::newRow("list") << std::string("t --in=a.h5,b.h5 c.h5,d.h5")
                              << Words{"a.h5", "b.h5", "c.h5", "d.h5"};
        QTest::newRow("redirections") << std::string("t<in.txt>out.txt 2>&1|cat;(x a&&y b)")
                                      << Words{"in.txt", "out.txt", "cat", "a", "b"};
        QTest::newRow("quotes") << std::string("t 'a b.yaml' \"it's.yaml\" c'd e'f\"g\" h\\ i")
                                << Words{"a b.yaml", "it's.yaml", "cd efg", "h i"};
        QTest::newRow("a command in quotes")
            << std::string("bash -c \"python train.py --cfg 'my conf.yaml'\"")
            << Words{"train.py", "my conf.yaml"};
        QTest::newRow("substitution")
            << std::string("t \"$(cat args.txt)\" `cat more.txt`") << Words{"args.txt", "more.txt"};
        QTest::newRow("comment") << std::string("# don't use the old data\nt --cfg new.yaml")
                                 << Words{"new.yaml"};
        QTest::newRow("continued line") << std::string("t \\\n  a.yaml b\\\nc") << Words{"a.yaml", "bc"};
        QTest::newRow("quote without its mate") << std::string("t it's a.yaml") << Words{"a.yaml"};
        QTest::newRow("placeholder") << std::string("t {experiment_dir}/a.yaml --x={x}")
                                     << Words{"{experiment_dir}/a.yaml", "{x}"};
    }

    void areFound()
    {
        QFETCH(std::string, command);
        QFETCH(Words, words);
        const Words found = wordsOf(command);
        for (const std::string& word : words)
            QVERIFY2(found.contains(word), word.c_str());
        QVERIFY(!found.contains(""));
        QVERIFY(!found.contains("don"));
    }
};

QTEST_APPLESS_MAIN(TestCommandWords)
#include "tst_command_words.moc"
