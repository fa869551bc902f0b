// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/series.h"
#include "core/study/coordinate_check_study.h"
#include "tests/core/store/store_fixture.h"

#include <QTest>

#include <cmath>

using namespace widthwise;

namespace {

constexpr const char* text = R"(
name: c
objective: {metric: train/loss}
trial: {command: "train {width} {parametrization}"}
space:
  width: {type: categorical, values: [32, 64]}
  parametrization: {type: categorical, values: [sp, mup]}
search: {algorithm: grid}
)";

constexpr const char* ofTheTrainer = R"(
name: c
objective: {metric: train/loss, direction: minimize}
trial: {trainer: {model: mlp, layers: 2, optimizer: sgd, data: jets.h5}}
space:
  width: {type: categorical, values: [32, 64]}
  parametrization: {type: categorical, values: [sp, mup]}
search: {algorithm: grid}
)";

struct Store {
    Database database{folder.file()};
    std::int64_t experiment = 0;

    explicit Store(const char* yaml = text)
    {
        ExperimentRecord record;
        record.name = "c";
        record.yaml = yaml;
        experiment = Experiments(database).add(record);
    }
    void add(const Trial& trial, const std::map<std::string, std::vector<Point>>& points)
    {
        Transaction transaction(database);
        SeriesTable(database).append(Trials(database).save(experiment, trial), points);
        transaction.commit();
    }
    static inline test::StoreFolder folder;
};

Trial trialOf(int number, std::int64_t width, const char* parametrization,
              TrialState state = TrialState::Completed)
{
    Trial trial;
    trial.number = number;
    trial.state = state;
    trial.configuration =
        Configuration({{"width", width}, {"parametrization", std::string(parametrization)}});
    return trial;
}

} // namespace

class TestCoordinateRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QFile::remove(QString::fromStdString(Store::folder.file())); }
    void areReadByLayerAndStep();
    void trialsWithoutColumnsAreLeftOut();
    void aDivergedTrialSaysSo();
    void anExperimentWithoutThemHasNone();
    void aFamilySaysWhatItsLayersAre();
};

void TestCoordinateRecords::areReadByLayerAndStep()
{
    Store store;
    store.add(trialOf(0, 64, "mup"), {{"coordinate/encoder.10.qkv/l1", {{1, 0.5}}},
                                      {"coordinate/encoder.2.qkv/l1", {{1, 0.25}, {3, 0.75}}},
                                      {"coordinate/encoder.2.qkv/std", {{1, 9}}},
                                      {"coordinate//l1", {{1, 9}}},
                                      {"train/loss", {{1, 2}}}});
    store.add(trialOf(1, 32, "sp"), {{"coordinate/encoder.2.qkv/l1", {{1, 0.1}}}});
    const CheckRecords check = coordinateRecords(store.database, store.experiment);
    const auto& records = check.coordinates;
    QCOMPARE(records.size(), std::size_t(4));
    QCOMPARE(check.losses.size(), std::size_t(1));
    QCOMPARE(check.losses[0].loss, 2.0);
    QCOMPARE(check.losses[0].width, std::int64_t(64));
    QCOMPARE(records[0].layer, "encoder.2.qkv");
    QCOMPARE(records[1].t, std::int64_t(3));
    QCOMPARE(records[1].l1, 0.75);
    QCOMPARE(records[2].layer, "encoder.10.qkv");
    QCOMPARE(records[0].parametrization, "mup");
    QCOMPARE(records[0].width, std::int64_t(64));
    QCOMPARE(records[3].parametrization, "sp");
    QCOMPARE(records[3].width, std::int64_t(32));
}

void TestCoordinateRecords::trialsWithoutColumnsAreLeftOut()
{
    Store store;
    Trial trial = trialOf(0, 64, "mup");
    trial.configuration = Configuration({{"width", std::int64_t(64)}});
    store.add(trial, {{"coordinate/readout/l1", {{1, 0.5}}}});
    QVERIFY(coordinateRecords(store.database, store.experiment).coordinates.empty());
}

void TestCoordinateRecords::aDivergedTrialSaysSo()
{
    Store store;
    Trial trial = trialOf(0, 64, "sp", TrialState::Diverged);
    trial.lastStep = 3;
    store.add(trial, {{"coordinate/readout/l1", {{1, 0.5}, {2, 50.0}}},
                      {"coordinate/hidden.0/l1", {{3, INFINITY}}}});
    const CheckRecords check = coordinateRecords(store.database, store.experiment);
    const auto& records = check.coordinates;
    QCOMPARE(records.size(), std::size_t(4));
    QCOMPARE(records[0].layer, "hidden.0");
    QVERIFY(std::isinf(records[0].l1));
    QCOMPARE(records[3].t, std::int64_t(3));
    QVERIFY(std::isnan(records[3].l1));
}

void TestCoordinateRecords::anExperimentWithoutThemHasNone()
{
    Store store;
    store.add(trialOf(0, 64, "mup"), {{"train/loss", {{1, 2}}}});
    QVERIFY(coordinateRecords(store.database, store.experiment).coordinates.empty());
    QVERIFY(coordinateRecords(store.database, store.experiment + 1).coordinates.empty());
}

/// Not their names: a program's own `hidden.1` is anything.
void TestCoordinateRecords::aFamilySaysWhatItsLayersAre()
{
    Store own;
    own.add(trialOf(0, 64, "mup"), {{"coordinate/readout/l1", {{1, 0.5}}}});
    QVERIFY(coordinateRecords(own.database, own.experiment).model.kinds.empty());

    init();
    Store store(ofTheTrainer);
    store.add(trialOf(0, 64, "mup"), {{"coordinate/readout/l1", {{1, 0.5}}}});
    const CheckedModel model = coordinateRecords(store.database, store.experiment).model;
    QVERIFY(model.sgd);
    QVERIFY(!model.headsGrow); // as there are none
    QCOMPARE(model.kinds.size(), std::size_t(3));
    QVERIFY(model.kinds.at("hidden.1") == LayerKind::Hidden);
    QVERIFY(model.kinds.at("readout") == LayerKind::Readout);
}

QTEST_GUILESS_MAIN(TestCoordinateRecords)
#include "tst_coordinate_records.moc"
