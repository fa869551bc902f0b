// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/settings.h"
#include "core/trainer/error.h"
#include "core/trainer/families/deepsets/deepsets_settings.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/mlp/mlp_settings.h"

#include <QTest>

using namespace widthwise::trainer;

class TestTrainerSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesArriveAndTheRestIsDefault()
    {
        const Settings settings =
            parseSettings(R"({"data": "a.h5", "width": 128, "max_lr": 3e-3, "schedule": "cosine",
            "parametrization": "sp", "classes": ["bjets", "cjets"], "widthwise": {"trial": 7}})");
        QCOMPARE(settings.width, 128);
        QCOMPARE(settings.maxLr, 3e-3);
        QVERIFY(settings.schedule == ScheduleKind::Cosine);
        QVERIFY(settings.parametrization == Parametrization::Standard);
        QCOMPARE(settings.of<JetSettings>().classes.size(), std::size_t{2});
        QCOMPARE(settings.of<Gn2Settings>().heads, Settings().of<Gn2Settings>().heads);
    }

    /// A search over models gives each trial all of them.
    void keysOfAllFamiliesStandBesideEachOther()
    {
        const Settings settings = parseSettings(
            R"({"model": "mlp", "heads": 4, "mlp_tracks": 7, "jet_layers": 3, "classes": ["a", "b"]})");
        QCOMPARE(settings.of<Gn2Settings>().heads, 4);
        QCOMPARE(settings.of<MlpSettings>().mlpTracks, 7);
        QCOMPARE(settings.of<DeepSetsSettings>().jetLayers, 3);
        QCOMPARE(settings.of<JetSettings>().classes.size(), std::size_t{2});
        Settings copy = settings;
        copy.of<MlpSettings>().mlpTracks = 8;
        QCOMPARE(settings.of<MlpSettings>().mlpTracks, 7);
        QCOMPARE(changes(settings, copy).size(), std::size_t{1});
    }

    void writtenSettingsReadBack()
    {
        Settings settings = parseSettings(R"({"data": "a.h5"})");
        settings.weightDecay = 0.1 + 0.2;
        settings.optimizer = OptimizerKind::AdamW;
        settings.of<JetSettings>().classWeights = {1, 0.3};
        settings.of<JetSettings>().classes = {"a", "b"};
        settings.ablate = {Part::Attention, Part::LearningRates};
        QVERIFY(changes(parseSettings(toJson(settings)), settings).empty());
        QCOMPARE(changes(parseSettings(R"({"data": "a.h5"})"), settings).size(), std::size_t{5});
    }

    void everySettingIsDescribed()
    {
        for (const SettingDescription& row : settingsTable()) {
            QVERIFY2(!row.meaning.empty() && !row.type.empty() && !row.defaultValue.empty(), row.key.c_str());
        }
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* json, const char* message) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(message);
        };
        row("not JSON", R"({"width": )", "not valid JSON at byte 11");
        row("not an object", "[1]", "the settings must be one JSON object of keys and values");
        row("a slip", R"({"max_rl": 1})",
            R"(max_rl: the trainer has no such setting (did you mean "max_lr"?))");
        row("nothing near", R"({"flux_capacitor": 1})",
            "flux_capacitor: the trainer has no such setting: widthwise-trainer settings lists all");
        row("wrong type", R"({"width": "64"})", R"(width: expected a whole number, got "64")");
        row("not whole", R"({"width": 64.5})", "width: expected a whole number, got 64.5");
        row("too small", R"({"batch_size": 0})", "batch_size: expected a number at least 1, got 0");
        row("out of range", R"({"warmup_fraction": 1.5})",
            "warmup_fraction: expected a number from 0 to 1, got 1.5");
        row("no such choice", R"({"schedule": "one_cycle"})",
            R"(schedule: expected one of constant | cosine | one-cycle, perhaps one-cycle, got "one_cycle")");
        row("no such choice in a list", R"({"ablate": ["attention", "multiplier"]})",
            "ablate: expected one of initialization | multipliers | learning-rates | attention, perhaps "
            R"(multipliers, got ["attention","multiplier"])");
        row("heads", R"({"data": "a", "width": 60})", "heads 8 does not divide width 60 and base_width 64");
        row("a register in an mlp", R"({"model": "mlp", "register_token": true})",
            "register_token and norm_after_readout need model gn2");
        row("a class twice", R"({"classes": ["bjets", "cjets", "bjets"]})", R"(classes names "bjets" twice)");
        row("a variable twice", R"({"track_variables": ["d0", "d0"]})",
            R"(track_variables names "d0" twice)");
        row("a negative weight", R"({"class_weights": [1, -1]})",
            "class_weights: expected numbers of at least 0, not all 0");
        row("a first moment that stays 0", R"({"beta1": 1})", "beta1 is 1: expected a number below 1");
        row("a second moment that stays 0", R"({"beta2": 1.0})", "beta2 is 1: expected a number below 1");
        row("a cycle of nothing", R"({"data": "a", "cycle_beta1": true, "schedule": "cosine"})",
            "cycle_beta1 needs schedule one-cycle and optimizer adam or adamw");
        row("decay in Adam", R"({"data": "a", "weight_decay": 0.1})",
            "weight_decay needs optimizer adamw or sgd: inside Adam's normalisation its strength would "
            "depend on "
            "the width");
    }

    void mistakesAreNamed()
    {
        QFETCH(QByteArray, json);
        try {
            parseSettings(json.toStdString());
            QFAIL("accepted");
        } catch (const InputError& error) {
            QTEST(QByteArray(error.what()), "message");
        }
    }
};

QTEST_GUILESS_MAIN(TestTrainerSettings)
#include "tst_trainer_settings.moc"
