// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithm.h"

#include <QTest>

#include <cmath>
#include <stdexcept>

using namespace widthwise;

namespace {

SearchSpace exampleSpace()
{
    Parameter momentum{"momentum",
                       FloatRange{0.5, 0.99, Scale::Linear, {}},
                       Condition{"optimizer", {Value(std::string("sgd"))}},
                       {}};
    return SearchSpace(
        {{"max_lr", FloatRange{1e-4, 1e-1, Scale::Log, {}}, {}, {}},
         {"layers", IntegerRange{1, 4, Scale::Linear, {}}, {}, {}},
         {"optimizer", Choices{{Value(std::string("adam")), Value(std::string("sgd"))}}, {}, {}},
         momentum,
         {"batch_size", FixedValue{Value(std::int64_t(100))}, {}, {}}});
}

Configuration asked(SearchAlgorithm& algorithm, int trial)
{
    return std::get<Configuration>(algorithm.propose(History(std::size_t(trial))));
}

} // namespace

class TestRandomSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Written down once: what seed 1 means must never change, on no machine and in no version.
    void aSeedMeansTheSameEverywhere()
    {
        const auto search = makeSearchAlgorithm({"random"}, exampleSpace(), Direction::Minimize, 1);
        QCOMPARE(
            toJson(asked(*search, 0)),
            std::string(
                R"({"max_lr":0.048311903,"layers":4,"optimizer":"sgd","momentum":0.51790647,"batch_size":100})"));
        QCOMPARE(
            toJson(asked(*search, 1)),
            std::string(
                R"({"max_lr":0.00060173661,"layers":4,"optimizer":"sgd","momentum":0.85768651,"batch_size":100})"));
        QCOMPARE(toJson(asked(*search, 999)),
                 std::string(R"({"max_lr":0.0027416291,"layers":2,"optimizer":"adam","batch_size":100})"));
    }

    void trialsDoNotDependOnTheirOrder()
    {
        const auto forwards = makeSearchAlgorithm({"random"}, exampleSpace(), Direction::Minimize, 5);
        const auto backwards = makeSearchAlgorithm({"random"}, exampleSpace(), Direction::Maximize, 5);
        std::vector<Configuration> expected;
        for (int trial = 0; trial < 50; ++trial)
            expected.push_back(asked(*forwards, trial));
        for (int trial = 50; trial-- > 0;)
            QCOMPARE(asked(*backwards, trial), expected[std::size_t(trial)]);
        const auto other = makeSearchAlgorithm({"random"}, exampleSpace(), Direction::Minimize, 6);
        QVERIFY(asked(*other, 0) != expected[0]);
    }

    void everyConfigurationIsInTheSpace()
    {
        const SearchSpace space = exampleSpace();
        const auto search = makeSearchAlgorithm({"random"}, space, Direction::Minimize, 2);
        int belowMiddle = 0;
        for (int trial = 0; trial < 10000; ++trial) {
            const Configuration configuration = asked(*search, trial);
            QVERIFY2(space.contains(configuration), toJson(configuration).c_str());
            belowMiddle += toNumber(*configuration.find("max_lr")) < std::sqrt(1e-4 * 1e-1);
        }
        QVERIFY(qAbs(belowMiddle - 5000) < 4 * 50);
    }

    void mistakesAreRefused()
    {
        SearchSettings settings;
        settings.algorithm = "randon";
        try {
            makeSearchAlgorithm(settings, exampleSpace(), Direction::Minimize, 1);
            QFAIL("accepted");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QByteArray(error.what()).contains("did you mean \"random\""), error.what());
        }
        const SearchSpace broken({{"lr", FloatRange{2, 1, Scale::Linear, {}}, {}, {}}});
        QVERIFY_EXCEPTION_THROWN(makeSearchAlgorithm({"random"}, broken, Direction::Minimize, 1),
                                 std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestRandomSearch)
#include "tst_random_search.moc"
