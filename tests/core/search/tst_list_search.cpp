// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/list_search.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;

namespace {

SearchSpace space()
{
    const Value sgd = std::string("sgd");
    return SearchSpace(
        {{"max_lr", FloatRange{1e-3, 1, Scale::Log, {}}, {}, {}},
         {"optimizer", Choices{{Value(std::string("adam")), sgd}}, {}, {}},
         {"momentum", FloatRange{0.5, 0.9, Scale::Linear, {}}, Condition{"optimizer", {sgd}}, {}},
         {"heads", FixedValue{Value(std::int64_t(8))}, {}, {}}});
}

QByteArray refusal(const char* json)
{
    try {
        completed(space(), configurationFromJson(json));
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestListSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsListedIsProposedInItsOrder()
    {
        const SearchSettings settings{
            "list",
            {},
            {configurationFromJson(R"({"optimizer":"sgd","momentum":0.9,"max_lr":1})"),
             configurationFromJson(R"({"max_lr":0.01,"optimizer":"adam","heads":8})")}};
        const auto search = makeSearchAlgorithm(settings, space(), Direction::Minimize, 1);
        const auto proposed = [&](std::size_t trial) {
            return toJson(std::get<Configuration>(search->propose(History(trial))));
        };
        QCOMPARE(proposed(0), std::string(R"({"max_lr":1.0,"optimizer":"sgd","momentum":0.9,"heads":8})"));
        QCOMPARE(proposed(1), std::string(R"({"max_lr":0.01,"optimizer":"adam","heads":8})"));
        QVERIFY(std::holds_alternative<Exhausted>(search->propose(History(2))));
        QVERIFY(space().contains(std::get<Configuration>(search->propose({}))));
    }

    /// What an algorithm then proposes is its own, and it learns from all.
    void whatIsChosenComesFirst()
    {
        for (const char* algorithm : {"random", "sobol", "tpe", "auto"}) {
            const Configuration chosen =
                configurationFromJson(R"({"max_lr":0.01,"optimizer":"adam","heads":8})");
            const auto search =
                makeSearchAlgorithm({algorithm, {}, {chosen}}, space(), Direction::Minimize, 1);
            const auto own = makeSearchAlgorithm({algorithm}, space(), Direction::Minimize, 1);
            QCOMPARE(toJson(std::get<Configuration>(search->propose({}))), toJson(chosen));
            const History history{{.configuration = chosen, .state = PastTrial::State::Ended, .value = 1.0}};
            QCOMPARE(toJson(std::get<Configuration>(search->propose(history))),
                     toJson(std::get<Configuration>(own->propose(history))));
            QCOMPARE(search->learns(), own->learns());
        }
    }

    /// A promotion to a larger model takes no place of the list.
    void promotionsAreNotCounted()
    {
        const SearchSettings settings{"list",
                                      {},
                                      {configurationFromJson(R"({"max_lr":0.01,"optimizer":"adam"})"),
                                       configurationFromJson(R"({"max_lr":0.1,"optimizer":"adam"})")}};
        const auto search = makeSearchAlgorithm(settings, space(), Direction::Minimize, 1);
        History history(1);
        history.push_back({.rung = 1, .parent = 0});
        QCOMPARE(std::get<Configuration>(search->propose(history)).find("max_lr") != nullptr, true);
        QCOMPARE(*std::get<Configuration>(search->propose(history)).find("max_lr"), Value(0.1));
    }

    void whatDoesNotFitTheSpaceIsNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* title, const char* json, const char* expected) {
            QTest::newRow(title) << QByteArray(json) << QByteArray(expected);
        };
        row("missing", R"({"optimizer":"adam"})", "it lacks a value of max_lr");
        row("outside", R"({"max_lr":2.0,"optimizer":"adam"})", "max_lr: 2.0 is not in the search space");
        row("fixed otherwise", R"({"max_lr":0.1,"optimizer":"adam","heads":4})", "heads: 4 is not in");
        row("absent", R"({"max_lr":0.1,"optimizer":"adam","momentum":0.9})", "momentum does not exist");
        row("unknown", R"({"max_lr":0.1,"optimizer":"adam","momemtum":0.9})", "did you mean \"momentum\"?");
    }
    void whatDoesNotFitTheSpaceIsNamed()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, expected);
        QVERIFY2(refusal(json.constData()).contains(expected), refusal(json.constData()).constData());
    }

    void aListNamesTheConfigurationThatIsWrong()
    {
        const std::vector<Configuration> list{configurationFromJson(R"({"max_lr":0.1,"optimizer":"adam"})"),
                                              configurationFromJson(R"({"max_lr":0.1})")};
        QVERIFY_EXCEPTION_THROWN(ListSearch(space(), {}), std::invalid_argument);
        try {
            const ListSearch search(space(), list);
            QFAIL("accepted");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QByteArray(error.what()).startsWith("search.configurations[1]: "), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestListSearch)
#include "tst_list_search.moc"
