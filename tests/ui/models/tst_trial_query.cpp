// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/models/trial_query.h"

#include <QTest>

#include <cmath>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

const SearchSpace& space()
{
    static const SearchSpace made(
        {{"lr", FloatRange{1e-5, 1, Scale::Log, {}}, {}, {}},
         {"width", Choices{{std::int64_t(32), std::int64_t(64)}}, {}, {}},
         {"optimizer", Choices{{std::string("adam"), std::string("sgd")}}, {}, {}},
         {"momentum", FloatRange{}, Condition{"optimizer", {std::string("sgd")}}, {}},
         {"clip", Choices{{std::string("none"), 0.5, 1.0}}, {}, {}},
         {"amsgrad", Choices{{false, true}}, {}, {}},
         {"init.scale", FixedValue{1.0}, {}, {}}});
    return made;
}

Trial trial(int number, TrialState state, std::optional<double> objective,
            std::vector<Configuration::Entry> more)
{
    Trial trial;
    trial.number = number;
    trial.state = state;
    trial.objective = objective;
    trial.configuration = Configuration(std::move(more));
    return trial;
}

std::vector<Trial> trials()
{
    using Text = std::string;
    return {
        trial(
            0, TrialState::Completed, 0.25,
            {{"lr", 1e-5}, {"width", std::int64_t(32)}, {"optimizer", Text("adam")}, {"clip", Text("none")}}),
        trial(1, TrialState::Completed, 0.125,
              {{"lr", 0.0031622777},
               {"width", std::int64_t(64)},
               {"optimizer", Text("sgd")},
               {"momentum", 0.9},
               {"clip", 0.5}}),
        trial(2, TrialState::Failed, std::nullopt,
              {{"lr", 0.1},
               {"width", std::int64_t(64)},
               {"optimizer", Text("Adam")},
               {"clip", 1.0},
               {"amsgrad", true}}),
        trial(3, TrialState::Running, std::nan(""),
              {{"lr", 0.3},
               {"width", std::int64_t(32)},
               {"optimizer", Text("sgd")},
               {"momentum", -0.5},
               {"amsgrad", false}}),
    };
}

} // namespace

class TestTrialQuery : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void findsTrials_data();
    void findsTrials();
    void saysWhatItDoesNotUnderstand_data();
    void saysWhatItDoesNotUnderstand();
    void wordsAreLookedForInTheDescription();
    void wholeNumbersAreExact();
};

void TestTrialQuery::findsTrials_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("found");
    const auto row = [](const char* text, QList<int> found) {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << found;
    };
    row("", {0, 1, 2, 3});
    row("lr<0.1", {0, 1});
    row("lr<=0.1", {0, 1, 2});
    row("lr>0.1", {3});
    row("lr>=0.1", {2, 3});
    row("lr=0.1", {2});
    row("lr==0.1", {2});
    row("lr!=0.1", {0, 1, 3});
    row("lr≤0.1 lr≥0.1", {2});
    row("lr≠0.1", {0, 1, 3});
    row("lr=0.1..0.3", {2, 3});
    row("lr!=0.1..0.3", {0, 1});
    row("lr=0.2..", {3});
    row("lr=..1e-5", {0});
    row("lr = 1e-5 .. 0.01", {0, 1});
    row("lr < 0.2  width = 64", {1, 2});
    row("LR<0.1", {0, 1});
    // A value is called as the table shows it: 0.0031622777 is 0.003162 there.
    row("lr=0.003162", {1});
    row("lr<0.003162", {0});
    row("lr<=0.003162", {0, 1});
    row("lr>0.003162", {2, 3});
    row("lr=0.003162..0.1", {1, 2});
    row("lr=0.00316", {});
    row("width=64", {1, 2});
    row("width=6", {});
    row("width>32 width<64", {});
    row("optimizer=adam", {0, 2});
    row("optimizer!=adam", {1, 3});
    row("optimizer=\"sgd\"", {1, 3});
    row("clip=none", {0});
    row("clip>0.5", {2});
    row("clip<=1", {1, 2});
    row("amsgrad=true", {2});
    row("amsgrad!=true", {0, 1, 3}); // nor is what has none
    row("momentum>0", {1});
    row("momentum=-1..0", {3});
    row("momentum!=0.9", {0, 2, 3});
    row("objective<0.2", {1});
    row("objective>0", {0, 1}); // NaN is no number
    row("objective=0.1..0.2", {1});
    row("val/loss<=0.25", {0, 1});
    row("state=failed", {2});
    row("state=comp", {0, 1});
    row("state!=Completed", {2, 3});
    row("number>=2", {2, 3});
    row("trial=1..2", {1, 2});
    row("number=0 state=failed", {});
}

void TestTrialQuery::findsTrials()
{
    QFETCH(QString, text);
    const TrialQuery query(text, space(), QStringLiteral("val/loss"));
    QCOMPARE(query.problems(), QStringList());
    QList<int> found;
    for (const Trial& trial : trials())
        if (query.matches(trial, {}))
            found.append(trial.number);
    QTEST(found, "found");
}

void TestTrialQuery::saysWhatItDoesNotUnderstand_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* text, const char* said) {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(said);
    };
    row("depth<3",
        "“depth<3” is left out. There is no “depth”, but number, state, objective, lr, width, optimizer, "
        "momentum, clip, amsgrad, init.scale.");
    row("lr<abc", "“lr<abc” is left out. “abc” is no number.");
    row("lr=abc", "“lr=abc” is left out. “abc” is no number.");
    row("lr=nan", "“lr=nan” is left out. “nan” is no number.");
    row("lr<", "“lr<” is left out. A value has to stand behind the sign.");
    row("<0.1", "“<0.1” is left out. A name has to stand before the sign: lr<0.01.");
    row("0.1..0.3", "“0.1..0.3” is left out. A range needs a name: lr=0.1..0.3.");
    row("lr=0.3..0.1",
        "“lr=0.3..0.1” is left out. The range 0.3..0.1 is empty: the smaller number comes first.");
    row("lr<0.1..0.3", "“lr<0.1..0.3” is left out. A range is asked for with = or !=: lr=0.1..0.3.");
    row("lr=..", "“lr=..” is left out. “..” is no number.");
    row("lr=0.1..x", "“lr=0.1..x” is left out. “0.1..x” is no number.");
    row("optimizer<3", "“optimizer<3” is left out. optimizer has no numbers: ask with = or !=.");
    row("state<failed", "“state<failed” is left out. A state is asked for with = or !=.");
    row("state=broken",
        "“state=broken” is left out. There is no state “broken”, but pending, queued, running, paused, "
        "completed, stopped, failed, diverged, cancelled.");
}

void TestTrialQuery::saysWhatItDoesNotUnderstand()
{
    QFETCH(QString, text);
    const TrialQuery query(text, space(), QStringLiteral("val/loss"));
    QCOMPARE(query.problems().size(), 1);
    QTEST(query.problems().front(), "said");
    for (const Trial& trial : trials())
        QVERIFY(query.matches(trial, {})); // it is left out
    const TrialQuery rest(text + QStringLiteral(" width=64"), space(), {});
    if (!text.endsWith(u'<') && !text.endsWith(QStringLiteral("..")))
        QVERIFY(!rest.matches(trials().front(), {})); // and the rest is not
}

void TestTrialQuery::wordsAreLookedForInTheDescription()
{
    const TrialQuery query(QStringLiteral("Failed cuda:0 lr<1"), space(), {});
    QCOMPARE(query.words(), (QStringList{QStringLiteral("Failed"), QStringLiteral("cuda:0")}));
    QVERIFY(query.matches(trials().front(), QStringLiteral("failed n3 cuda:0 lr=0.1")));
    QVERIFY(!query.matches(trials().front(), QStringLiteral("failed n3 cuda:1 lr=0.1")));
    QCOMPARE(TrialQuery(QStringLiteral("\"two words\""), space(), {}).words(),
             QStringList(QStringLiteral("two words")));
}

void TestTrialQuery::wholeNumbersAreExact()
{
    const SearchSpace steps({{"steps", IntegerRange{1, 100'000, Scale::Linear, {}}, {}, {}}});
    const Trial some = trial(0, TrialState::Completed, {}, {{"steps", std::int64_t(12'345)}});
    QVERIFY(TrialQuery(QStringLiteral("steps=12345"), steps, {}).matches(some, {}));
    QVERIFY(!TrialQuery(QStringLiteral("steps=12346"), steps, {}).matches(some, {}));
    QVERIFY(TrialQuery(QStringLiteral("steps<12346"), steps, {}).matches(some, {}));
    QVERIFY(!TrialQuery(QStringLiteral("steps=12346..20000"), steps, {}).matches(some, {}));
}

WIDTHWISE_UI_TEST_MAIN(TestTrialQuery)
#include "tst_trial_query.moc"
