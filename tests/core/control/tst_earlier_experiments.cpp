// SPDX-License-Identifier: GPL-3.0-or-later
// What an experiment takes from earlier ones, and that it stays taken.
#include "core/control/change_experiment.h"
#include "core/control/new_experiment.h"
#include "core/control/warm_start.h"
#include "core/experiment/experiment_file.h"
#include "core/store/trials.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

namespace {

std::string yaml(const std::string& name, const std::string& space, const std::string& search,
                 const std::string& direction = "minimize")
{
    return "name: " + name + "\nobjective: {metric: loss, direction: " + direction +
           "}\ntrial: {command: 'true'}\nspace: {" + space + "}\nsearch: " + search +
           "   # as before\nbudget: {trials: 9}\n";
}

const std::string here = "x: {type: float, low: 0, high: 1}, kind: [a, b], size: 3";

ExperimentRecord recordOf(const std::string& name, const std::string& text,
                          ExperimentState state = ExperimentState::Ready)
{
    ExperimentRecord record;
    record.name = name;
    record.yaml = text;
    record.baseDirectory = "/";
    record.state = state;
    return record;
}

Trial ended(const char* configuration, std::optional<double> value, TrialState state = TrialState::Completed)
{
    Trial trial;
    trial.configuration = configurationFromJson(configuration);
    trial.state = state;
    trial.objective = value;
    trial.lastStep = 1;
    return trial;
}

/// A store with an earlier experiment.
class Store {
    StoreFolder m_folder;

public:
    Database database{m_folder.file()};

    std::int64_t add(const std::string& name, std::vector<Trial> trials, const std::string& space = here,
                     const std::string& direction = "minimize")
    {
        for (std::size_t i = 0; i < trials.size(); ++i)
            trials[i].number = static_cast<int>(i);
        return addExperiment(database, recordOf(name, yaml(name, space, "{algorithm: random}", direction)),
                             TextSource::File, trials, at(1))
            .id;
    }
    ExperimentRecord begin(const std::string& search, const std::string& space = here)
    {
        return addExperiment(database, recordOf("new", yaml("new", space, search)), TextSource::File, {},
                             at(2));
    }
};

std::vector<EarlierTrial> takenBy(const ExperimentRecord& record)
{
    return experimentOf(record).search.earlier.value_or(std::vector<EarlierTrial>());
}

QByteArray joined(const std::vector<std::string>& lines)
{
    QByteArray text;
    for (const std::string& line : lines)
        text += QByteArray::fromStdString(line) + '\n';
    return text;
}

} // namespace

class TestEarlierExperiments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The best first, by their own objective; what failed by itself without a rank.
    void trialsAreTakenByTheirRank()
    {
        Store store;
        Trial lost = ended(R"({"x":0.7,"kind":"b","size":3})", {}, TrialState::Failed);
        lost.agent = Agent::Machine;
        store.add("one",
                  {ended(R"({"x":0.5,"kind":"a","size":3})", 7),
                   ended(R"({"x":0.25,"kind":"b","size":3})", 9),
                   ended(R"({"x":0.75,"kind":"b","size":3})", {}, TrialState::Diverged), lost,
                   ended(R"({"x":0.1,"kind":"b","size":3})", 1, TrialState::Stopped),
                   ended(R"({"x":0.2,"kind":"b","size":3})", 1, TrialState::Running)},
                  here, "maximize");
        const ExperimentRecord record = store.begin("{warm_start: [one]}");
        const auto configuration = [](const char* json) { return configurationFromJson(json); };
        QVERIFY(takenBy(record) == (std::vector<EarlierTrial>{
                                       {"one", 1, 0.25, configuration(R"({"x":0.25,"kind":"b","size":3})")},
                                       {"one", 0, 0.75, configuration(R"({"x":0.5,"kind":"a","size":3})")},
                                       {"one", 2, {}, configuration(R"({"x":0.75,"kind":"b","size":3})")}}));
        QCOMPARE(joined(notesOnEarlierTrials(record.yaml)),
                 QByteArray("one: 3 of 3 trials that have ended\n"));
        QVERIFY(record.yaml.starts_with(yaml("new", here, "{warm_start: [one]}")));
    }

    void whatDoesNotFitIsTold()
    {
        Store store;
        store.add("one",
                  {ended(R"({"x":0.5,"kind":"a","size":3})", 1), ended(R"({"x":2,"kind":"a","size":3})", 2),
                   ended(R"({"x":3.5,"kind":"a","size":3})", 2), ended(R"({"x":0,"kind":"c","size":3})", 3),
                   ended(R"({"kind":"a","size":3})", 4), ended(R"({"x":0.5,"kind":"a","size":4})", 5),
                   ended(R"({"x":1,"kind":"a","extra":4})", 6)},
                  "x: {type: float, low: 0, high: 9}");
        const ExperimentRecord record = store.begin("{warm_start: one}");
        QCOMPARE(
            joined(notesOnEarlierTrials(record.yaml)),
            QByteArray(
                "one: 2 of 7 trials that have ended; 1 not: kind has no choice c here; 1 not: size is fixed "
                "to 3 here; 1 not: they have no x; 2 not: x is out of its bounds here\n"));
        QCOMPARE(toJson(takenBy(record)[1].configuration), std::string(R"({"x":1.0,"kind":"a","size":3})"));
    }

    /// Whatever becomes of the others later; and a text that has them already keeps these.
    void whatIsTakenStays()
    {
        Store store;
        const std::int64_t one = store.add("one", {ended(R"({"x":0.5,"kind":"a","size":3})", 1)});
        const ExperimentRecord record = store.begin("{warm_start: all}");
        Experiments(store.database).remove(one);
        QVERIFY(*Experiments(store.database).find(record.id) == record);
        QCOMPARE(takenBy(record).size(), std::size_t(1));
        QVERIFY(withEarlierTrials(store.database, record) == record);
    }

    /// A file that knows nothing of them may change the experiment, and they stay.
    void aChangeKeepsThem()
    {
        Store store;
        store.add("one", {ended(R"({"x":0.5,"kind":"a","size":3})", 1)});
        const std::int64_t begun = store.begin("{warm_start: all}").id;
        Experiments(store.database).setState(begun, ExperimentState::Running, {}, at(2));
        const ExperimentRecord record = *Experiments(store.database).find(begun);
        const std::string file = yaml("new", here, "{warm_start: all}");
        QCOMPARE(changesBy(store.database, record, file, at(3)).size(), std::size_t(0));
        const std::string longer = file + "seed: 1\nresources: {parallel: 3}\n";
        QCOMPARE(askForChange(store.database, record, longer, at(3)).size(), std::size_t(1));
        const std::string kept = textToCome(store.database, record);
        QVERIFY(kept.starts_with(longer));
        QVERIFY(parseExperiment(kept).search.earlier == experimentOf(record).search.earlier);
        QCOMPARE(joined(notesOnEarlierTrials(kept)), joined(notesOnEarlierTrials(record.yaml)));
        QVERIFY_EXCEPTION_THROWN(
            changesBy(store.database, record, yaml("new", here, "{warm_start: [one]}"), at(3)),
            ExperimentFileError);
    }

    /// A draft takes them when it begins.
    void aDraftTakesThemWhenItBegins()
    {
        Store store;
        store.add("one", {ended(R"({"x":0.5,"kind":"a","size":3})", 1)});
        const ExperimentRecord draft = addExperiment(
            store.database, recordOf("new", yaml("new", here, "{warm_start: [one]}"), ExperimentState::Draft),
            TextSource::Draft, {}, at(2));
        QVERIFY(!experimentOf(draft).search.earlier);
        makeReady(store.database, draft.id, at(3));
        QCOMPARE(takenBy(*Experiments(store.database).find(draft.id)).size(), std::size_t(1));
    }

    /// All that search one of its parameters, and none where there is none.
    void allAreThoseThatSearchTheSame()
    {
        Store store;
        QCOMPARE(joined(notesOnEarlierTrials(store.begin("{warm_start: all}").yaml)),
                 QByteArray("nothing: no earlier experiment of this store searches one of its parameters\n"));
        Experiments(store.database).remove(1);
        store.add("one", {ended(R"({"x":0.5,"kind":"a","size":3})", 1)});
        store.add("two", {ended(R"({"x":0.5,"kind":"a"})", 1), ended(R"({"x":0.6,"kind":"a"})", 1)},
                  "x: {type: float, low: 0, high: 1}, kind: [a]");
        store.add("other", {ended(R"({"z":0.5})", 1)}, "z: {type: float, low: 0, high: 1}");
        const ExperimentRecord record = store.begin("{warm_start: all}");
        QCOMPARE(joined(notesOnEarlierTrials(record.yaml)),
                 QByteArray("one: 1 of 1 trial that has ended\ntwo: 2 of 2 trials that have ended\n"));
        QCOMPARE(takenBy(record)[2].rank, std::optional(0.25)); // as good as the one before it
    }

    void aPartOfVeryManyIsTaken()
    {
        Store store;
        std::vector<Trial> trials;
        for (int i = 0; i < 500; ++i)
            trials.push_back(ended(R"({"x":0.5,"kind":"a","size":3})", i));
        store.add("one", trials);
        const ExperimentRecord record = store.begin("{warm_start: [one]}");
        const std::vector<EarlierTrial> taken = takenBy(record);
        QCOMPARE(taken.size(), std::size_t(200));
        QCOMPARE(taken[99].trial, 99);
        QVERIFY(taken[199].trial > 490);
        QVERIFY(joined(notesOnEarlierTrials(record.yaml))
                    .startsWith("one: 200 of 500 trials that have ended; 300 not: "));
    }

    void aNameThatIsNotThereIsRefusedWhereItStands_data()
    {
        QTest::addColumn<QByteArray>("search");
        QTest::addColumn<QByteArray>("problem");
        const char* none =
            "search.warm_start: there is no earlier experiment \"gn2-lrr\" in this store (did you mean "
            "\"gn2-lr\"?)";
        QTest::newRow("in a list") << QByteArray("{warm_start: [gn2-lr, gn2-lrr]}")
                                   << "5:31: " + QByteArray(none);
        QTest::newRow("alone") << QByteArray("{warm_start: gn2-lrr}") << "5:22: " + QByteArray(none);
        QTest::newRow("the experiment itself")
            << QByteArray("{warm_start: new}")
            << QByteArray("there is no earlier experiment \"new\" in this store");
    }
    void aNameThatIsNotThereIsRefusedWhereItStands()
    {
        QFETCH(QByteArray, search);
        QFETCH(QByteArray, problem);
        Store store;
        store.add("gn2-lr", {});
        try {
            store.begin(search.toStdString());
            QFAIL("it began");
        } catch (const ExperimentFileError& error) {
            const QByteArray said = QByteArray::fromStdString(error.problems().at(0).toText({}));
            QVERIFY2(said.contains(problem), said.constData());
        }
    }

    void aTextThatCannotBeExtendedIsRefused()
    {
        Store store;
        store.add("one", {ended(R"({"x":0.5,"kind":"a","size":3})", 1)});
        const std::string braces =
            "{name: new, objective: {metric: loss}, trial: {command: 'true'}, space: {" + here +
            "}, search: {warm_start: one}, budget: {trials: 1}}\n";
        QVERIFY_EXCEPTION_THROWN(
            addExperiment(store.database, recordOf("new", braces), TextSource::File, {}, at(2)),
            ExperimentFileError);
        QVERIFY(!Experiments(store.database).find("new"));
    }
};

QTEST_GUILESS_MAIN(TestEarlierExperiments)
#include "tst_earlier_experiments.moc"
