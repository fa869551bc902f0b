// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/new_experiment.h"

#include "core/experiment/experiment_file.h"
#include "core/store/mirrors.h"
#include "core/store/query.h"
#include "core/store/trials.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

namespace {

const std::string text = R"(name: search
objective: {metric: loss, direction: minimize}
trial: {command: "true {x}"}
space:
  x: {type: float, low: 0, high: 1}
search: {algorithm: random}
budget: {trials: 3}
)";

ExperimentRecord draft(const std::string& yaml = text)
{
    ExperimentRecord made;
    made.name = "search";
    made.yaml = yaml;
    made.baseDirectory = "/";
    return made;
}

} // namespace

class TestNewExperiment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTakenNameGetsANumber()
    {
        const StoreFolder folder;
        Database database(folder.file());
        QCOMPARE(widthwise::addExperiment(database, draft(), TextSource::File, {}, at(1)).name,
                 std::string("search"));
        const ExperimentRecord second =
            widthwise::addExperiment(database, draft(), TextSource::File, {}, at(2));
        QCOMPARE(second.name, std::string("search-2"));
        QVERIFY(*Experiments(database).find(second.id) == second);
        QCOMPARE(second.created, at(2));
    }

    void theTextSaysTheNewNameUnlessItIsAFiles()
    {
        const StoreFolder folder;
        Database database(folder.file());
        for (const TextSource source : {TextSource::Draft, TextSource::File, TextSource::Draft})
            widthwise::addExperiment(database, draft(), source, {}, at(1));
        Experiments experiments(database);
        QCOMPARE(experiments.find("search")->yaml, text);
        QCOMPARE(experiments.find("search-2")->yaml, text);
        QVERIFY(experiments.find("search-3")->yaml.starts_with("name: search-3\n"));
    }

    void itsTrialsWait()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::vector<Trial> trials(1);
        const ExperimentRecord added =
            widthwise::addExperiment(database, draft(), TextSource::File, trials, at(7));
        const std::vector<TrialRecord> stored = Trials(database).all(added.id);
        QCOMPARE(stored.size(), std::size_t(1));
        QCOMPARE(stored.front().trial.state, TrialState::Pending);
        QCOMPARE(stored.front().trial.created, at(7));
    }

    void nothingIsMadeFromACopyHere()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const ExperimentRecord copy =
            widthwise::addExperiment(database, draft(), TextSource::File, {}, at(1));
        const std::int64_t mirror = Mirrors(database).attach({"juwels"}).id;
        Query(database,
              "INSERT INTO mirrored_experiment (mirror, remote, experiment, name) VALUES (?, 1, ?, 'search')")
            .bind(mirror, copy.id)
            .run();
        ExperimentRecord derived = draft();
        derived.parent = copy.id;
        try {
            widthwise::addExperiment(database, derived, TextSource::Draft, {}, at(2));
            QFAIL("a copy was built upon");
        } catch (const std::runtime_error& error) {
            QVERIFY2(QByteArray(error.what()).contains("is made there"), error.what());
        }
        QCOMPARE(Experiments(database).all().size(), std::size_t(1));
    }

    void aDraftWithoutErrorsBecomesReady()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t good = widthwise::addExperiment(database, draft(), TextSource::File, {}, at(1)).id;
        const std::int64_t bad =
            widthwise::addExperiment(database, draft("spcae: {}"), TextSource::File, {}, at(1)).id;
        makeReady(database, good, at(2));
        QCOMPARE(Experiments(database).find(good)->state, ExperimentState::Ready);
        QVERIFY_EXCEPTION_THROWN(makeReady(database, bad, at(2)), ExperimentFileError);
        QCOMPARE(Experiments(database).find(bad)->state, ExperimentState::Draft);
        Experiments(database).setState(good, ExperimentState::Stopped, {}, at(3));
        makeReady(database, good, at(4));
        QCOMPARE(Experiments(database).find(good)->state, ExperimentState::Stopped);
        QVERIFY_EXCEPTION_THROWN(makeReady(database, good + 9, at(4)), std::runtime_error);
    }
};

QTEST_APPLESS_MAIN(TestNewExperiment)
#include "tst_new_experiment.moc"
