// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trials.h"
#include "core/study/search_selection.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

using namespace widthwise;

namespace {

std::string textOf(const std::string& search, int seed, int trials = 5)
{
    return "name: any\nobjective: {metric: loss}\ntrial: {command: 'train {x}'}\n"
           "space: {x: {type: float, low: 0, high: 1}}\n" +
           search + "\nseed: " + std::to_string(seed) + "\nbudget: {trials: " + std::to_string(trials) +
           "}\n";
}

const std::string randomSearch = "search: {algorithm: random}";
const std::string asha = "search: {algorithm: random}\nschedule: {type: asha, min_steps: 10, max_steps: 90}";

std::string messageOf(const std::function<void()>& what)
{
    try {
        what();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestSearchSelection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<test::StoreFolder>();
        m_database = std::make_unique<Database>(m_folder->file());
    }
    void cleanup()
    {
        m_database.reset();
        m_folder.reset();
    }

    void takesNamesListsAndPatterns()
    {
        for (const char* name : {"a-2", "a-1", "b", "ab"})
            add(name, textOf(randomSearch, 1), 0.5);
        const SearchComparison comparison = searchComparison(*m_database, {"a-1", "both=a-*,b", "x=*b"});
        QCOMPARE(comparison.objective.metric, "loss");
        QCOMPARE(comparison.groups.size(), std::size_t(3));
        QCOMPARE(names(comparison.groups[0]), (std::vector<std::string>{"a-1"}));
        QCOMPARE(comparison.groups[1].label, "both");
        QCOMPARE(names(comparison.groups[1]), (std::vector<std::string>{"a-1", "a-2", "b"}));
        QCOMPARE(names(comparison.groups[2]), (std::vector<std::string>{"ab", "b"}));
    }

    void saysWhatCannotBeCompared()
    {
        add("search", textOf(randomSearch, 1), 0.5);
        add("begun", textOf(randomSearch, 2), {});
        add("broken", "name: [", {});
        std::string other = textOf(randomSearch, 1);
        other.replace(other.find("loss"), 4, "gain");
        add("other", other, 0.5);
        const auto said = [this](const std::vector<std::string>& wanted) {
            return messageOf([&] { searchComparison(*m_database, wanted); });
        };
        QVERIFY(said({"serch"}).starts_with("no experiment named \"serch\" in "));
        QVERIFY(said({"serch"}).ends_with("(did you mean \"search\"?)"));
        QCOMPARE(said({"begun"}), "no trial of begun has ended with a value of loss");
        QVERIFY(said({"broken"}).starts_with("the text of broken has errors"));
        QCOMPARE(said({"search", "other"}), "other has another objective, gain, than search, loss");
        QVERIFY_EXCEPTION_THROWN(searchComparison(*m_database, {"none-*"}), UnknownSearch);
        QVERIFY_EXCEPTION_THROWN(searchComparison(*m_database, {"begun"}), UnfinishedSearch);
    }

    /// Seeds, budget and description do not make another search; algorithm, scheduler and settings do.
    void findsTheSearchesBesideOne()
    {
        add("late", textOf(asha, 3, 9), {});
        add("wide", textOf(randomSearch + "\nresources: {parallel: 4}", 1), {});
        add("asha-1", textOf(asha, 1), {});
        const ExperimentRecord own = add("random-1", textOf(randomSearch + "\ndescription: a", 1), {});
        add("random-2", textOf(randomSearch, 2), {});
        std::string elsewhere = textOf("search: {algorithm: tpe}", 1);
        elsewhere.replace(elsewhere.find("high: 1"), 7, "high: 2");
        add("elsewhere", elsewhere, {});
        add("gp", textOf("search: {algorithm: gp}", 1), {});
        std::string other = textOf(randomSearch, 1);
        other.replace(other.find("loss"), 4, "gain");
        add("other", other, {});
        add("broken", "name: [", {});

        const std::vector<StoredSearch> searches = searchesBeside(*m_database, own);
        std::vector<std::string> found;
        for (const StoredSearch& search : searches) {
            found.push_back(search.label + ':');
            for (const ExperimentRecord& record : search.records)
                found.back() += ' ' + record.name;
        }
        const std::vector<std::string> expected{"random (random-1): random-1 random-2",
                                                "random, asha: asha-1 late", "random (wide): wide", "gp: gp",
                                                "tpe: elsewhere"};
        for (const std::string& search : expected)
            QVERIFY2(std::ranges::count(found, search) == 1, search.c_str());
        QCOMPARE(found.size(), expected.size());
        QCOMPARE(found.front(), expected.front());
        QCOMPARE(found.back(), expected.back());
        QVERIFY(searches.front().isAlike && !searches.back().isAlike);
    }

    void aTextWithErrorsHasNothingBesideIt()
    {
        add("a", textOf(randomSearch, 1), {});
        QVERIFY(searchesBeside(*m_database, add("broken", "name: [", {})).empty());
    }

private:
    ExperimentRecord add(const std::string& name, const std::string& text, std::optional<double> objective)
    {
        ExperimentRecord record;
        record.name = name;
        record.yaml = text;
        record.state = ExperimentState::Running;
        record.id = Experiments(*m_database).add(record);
        Trial trial;
        trial.configuration = Configuration({{"x", 0.5}});
        trial.state = objective ? TrialState::Completed : TrialState::Running;
        trial.objective = objective;
        if (objective)
            trial.finished = TimePoint(std::chrono::seconds(1'700'000'000));
        Transaction transaction(*m_database);
        Trials(*m_database).save(record.id, trial);
        transaction.commit();
        return record;
    }
    static std::vector<std::string> names(const SearchGroup& group)
    {
        std::vector<std::string> names;
        for (const SearchRun& run : group.runs)
            names.push_back(run.name);
        return names;
    }

    std::unique_ptr<test::StoreFolder> m_folder;
    std::unique_ptr<Database> m_database;
};

QTEST_APPLESS_MAIN(TestSearchSelection)
#include "tst_search_selection.moc"
