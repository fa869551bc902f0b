// SPDX-License-Identifier: GPL-3.0-or-later
// Searches whose space was changed while trials of it ran.
#include "core/search/changed_space.h"

#include "core/search/algorithms.h"

#include <QTest>

#include <cmath>

using namespace widthwise;

namespace {

SearchSpace spaceOf(double low, double high, std::vector<Value> optimizers)
{
    return SearchSpace({Parameter{"lr", FloatRange{low, high, Scale::Log, {}}, {}, {}},
                        Parameter{"layers", IntegerRange{1, 8, Scale::Linear, {}}, {}, {}},
                        Parameter{"optimizer", Choices{std::move(optimizers)}, {}, {}}});
}

SearchSpace numbersOf(double low, double high)
{
    return SearchSpace({Parameter{"lr", FloatRange{low, high, Scale::Log, {}}, {}, {}},
                        Parameter{"layers", IntegerRange{1, 8, Scale::Linear, {}}, {}, {}}});
}

PastTrial ended(const Configuration& configuration, double value)
{
    return {.configuration = configuration, .state = PastTrial::State::Ended, .value = value};
}

/// The best is at a rate of 0.01.
double valueOf(const Configuration& configuration)
{
    const double decades = std::log10(std::get<double>(*configuration.find("lr"))) + 2;
    return decades * decades;
}

/// So many trials of the space as it was, by their order.
History historyOf(const SearchSpace& space, std::size_t trials)
{
    const auto random = makeSearchAlgorithm({"random"}, space, Direction::Minimize, 5);
    History history;
    while (history.size() < trials) {
        const auto chosen = std::get<Configuration>(random->propose(history));
        history.push_back(ended(chosen, valueOf(chosen)));
        if (history.size() % 7 == 0)
            history.change(history.size() - 1).state = PastTrial::State::Failed;
    }
    return history;
}

/// Sees a history and proposes nothing.
class Watcher final : public SearchAlgorithm {
public:
    explicit Watcher(std::vector<PastTrial>& seen) : m_seen(seen) {}
    Proposal propose(const History& history) override
    {
        m_seen.assign(history.begin(), history.end());
        return Wait{};
    }

private:
    std::vector<PastTrial>& m_seen;
};

} // namespace

class TestChangedSpace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatLiesOutside()
    {
        const SearchSpace space = spaceOf(1e-3, 1e-1, {std::string("adam"), std::string("sgd")});
        const auto of = [](double lr, std::int64_t layers, const char* optimizer) {
            return Configuration({{"lr", lr}, {"layers", layers}, {"optimizer", std::string(optimizer)}});
        };
        QVERIFY(!liesOutside(space, of(1e-3, 1, "adam")));
        QVERIFY(!liesOutside(space, of(1e-1, 8, "sgd")));
        QVERIFY(liesOutside(space, of(0.11, 1, "adam")));
        QVERIFY(liesOutside(space, of(9e-4, 1, "adam")));
        QVERIFY(liesOutside(space, of(1e-2, 9, "adam")));
        QVERIFY(liesOutside(space, of(1e-2, 1, "lion")));
        QVERIFY(!liesOutside(space, Configuration({{"lr", 1e-2}}))); // others do not exist in it
        QVERIFY(!liesOutside(space, Configuration({{"lr", 1e-2}, {"width", std::int64_t(64)}})));
        QVERIFY(liesOutside(space, Configuration({{"lr", std::string("fast")}})));
    }

    void whatLiesOutsideSaysNothing()
    {
        std::vector<PastTrial> seen;
        ChangedSpace search(numbersOf(1e-3, 1e-1), std::make_unique<Watcher>(seen));
        History history{ended(Configuration({{"lr", 1e-2}}), 1)};
        search.propose(history);
        QVERIFY(seen.size() == 1 && seen[0] == history[0]);
        history.push_back(ended(Configuration({{"lr", 0.5}}), 2));
        history.push_back({.configuration = Configuration({{"lr", 0.05}})});
        search.propose(history);
        QCOMPARE(seen.size(), std::size_t(3));
        QVERIFY(seen[0] == history[0] && seen[2] == history[2]);
        QVERIFY(seen[1].state == PastTrial::State::Void);
        QCOMPARE(*seen[1].configuration.find("lr"), Value(0.1));
        history.change(1).value = 3;
        history.change(2) = ended(history[2].configuration, 4);
        search.propose(history);
        QVERIFY(seen[1].state == PastTrial::State::Void);
        QVERIFY(seen[2] == history[2]);
    }

    void everyAlgorithmSearchesTheNewSpace_data()
    {
        QTest::addColumn<QString>("algorithm");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        for (const std::string& id : searchAlgorithmIds()) {
            if (id == "list" || id == "external") // of which the latter needs its program: see tst_ctl_change
                continue;
            QTest::addRow("%s, narrowed", id.c_str()) << QString::fromStdString(id) << 5e-3 << 0.2;
            QTest::addRow("%s, widened", id.c_str()) << QString::fromStdString(id) << 1e-7 << 10.0;
            QTest::addRow("%s, elsewhere", id.c_str()) << QString::fromStdString(id) << 2.0 << 20.0;
        }
    }
    void everyAlgorithmSearchesTheNewSpace()
    {
        QFETCH(QString, algorithm);
        QFETCH(double, low);
        QFETCH(double, high);
        const SearchSettings settings{algorithm.toStdString()};
        const bool takesChoices = searchAlgorithm(settings.algorithm).takesChoices;
        const std::vector<Value> before{std::string("adam"), std::string("sgd"), std::string("lion")};
        const std::vector<Value> after{std::string("lion"), std::string("adamw"), std::string("adam")};
        const SearchSpace changed = takesChoices ? spaceOf(low, high, after) : numbersOf(low, high);
        History history = historyOf(takesChoices ? spaceOf(1e-4, 1, before) : numbersOf(1e-4, 1), 40);
        const auto lived = makeSearchAlgorithm(settings, changed, Direction::Minimize, 3);
        for (int i = 0; i < 25; ++i) {
            const auto fresh = makeSearchAlgorithm(settings, changed, Direction::Minimize, 3);
            const auto chosen = std::get<Configuration>(lived->propose(history));
            QVERIFY2(changed.contains(chosen), toJson(chosen).c_str());
            QCOMPARE(toJson(chosen), toJson(std::get<Configuration>(fresh->propose(history))));
            history.push_back(ended(chosen, valueOf(chosen)));
        }
    }

    /// What was learned inside is known still.
    void whatIsKnownInsideIsLearnedFrom_data()
    {
        QTest::addColumn<QString>("algorithm");
        for (const char* id : {"tpe", "gp", "auto", "evolution"})
            QTest::newRow(id) << QString::fromUtf8(id);
    }
    void whatIsKnownInsideIsLearnedFrom()
    {
        QFETCH(QString, algorithm);
        const SearchSpace changed = numbersOf(1e-3, 10);
        const History history = historyOf(numbersOf(1e-4, 1), 80);
        const auto search = makeSearchAlgorithm({algorithm.toStdString()}, changed, Direction::Minimize, 3);
        History next = history;
        double sum = 0;
        constexpr int proposals = 12;
        for (int i = 0; i < proposals; ++i) {
            const auto chosen = std::get<Configuration>(search->propose(next));
            sum += valueOf(chosen) / proposals;
            next.push_back(ended(chosen, valueOf(chosen)));
        }
        // At random it would be 2.3, as the squares of −1 … 3 decades are on average.
        QVERIFY2(sum < 1, qPrintable(QString::number(sum)));
    }
};

QTEST_APPLESS_MAIN(TestChangedSpace)
#include "tst_changed_space.moc"
