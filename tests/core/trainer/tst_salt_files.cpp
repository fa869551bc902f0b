// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/error.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/salt_files.h"
#include "core/trainer/families/jets/training_data.h"
#include "core/trainer/families/registry.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise::trainer;

namespace {

JetSample description()
{
    JetSample sample;
    sample.jetVariables = {"pt"};
    sample.trackVariables = {"d0", "z0"};
    sample.tracksDataset = "tracks";
    return sample;
}

} // namespace

class TestSaltFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void aNormDictReadsBackToTheSameDoubles()
    {
        const Normalization written{{{0.1 + 0.2, 1e-300}}, {{-1.0 / 3, 2e5}, {0, 1}}};
        writeNormDict(path("norm.yaml"), written, description());
        const Normalization read = readNormDict(path("norm.yaml"), description());
        QVERIFY(read.jets[0].mean == written.jets[0].mean &&
                read.jets[0].deviation == written.jets[0].deviation);
        QVERIFY(read.tracks[0].mean == written.tracks[0].mean);
        QVERIFY(read.tracks[1].deviation == written.tracks[1].deviation);
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* yaml, const char* message) {
            QTest::newRow(name) << QByteArray(yaml) << QByteArray(message);
        };
        row("not YAML", "jets: {pt: {mean: 1, std: 2}\ntracks: [", "bad.yaml:2: ");
        row("no dataset", "jets: {pt: {mean: 1, std: 2}}", "bad.yaml: tracks is missing");
        row("no variable", "jets: {}\ntracks: {}", "bad.yaml: jets.pt is missing");
        row("no std", "jets: {pt: {mean: 1}}", "bad.yaml: jets.pt.std is missing");
        row("not finite", "jets: {pt: {mean: .nan, std: 2}}",
            "bad.yaml: jets.pt.mean is not a finite number");
        row("a comma", "jets: {pt: {mean: '0,5', std: 2}}", "bad.yaml: jets.pt.mean is not a finite number");
        row("a slip", "jets: {pt: {mean: 1, std: 2}}\ntracks: {d: {}, zO: {}}",
            "bad.yaml: tracks.d0 is missing (did you mean \"d\"?)");
        row("no mapping", "jets: [1, 2]", "bad.yaml: jets: expected a mapping");
        row("nothing in it", "jets: {pt: }", "bad.yaml: jets.pt is empty");
        row("twice", "jets: {pt: {mean: 1, std: 2}, pt: {mean: 3, std: 4}}",
            "bad.yaml: jets.pt appears twice");
        row("empty", "", "bad.yaml: is empty: expected a mapping of datasets, as in ");
        row("a list", "[1, 2]", "bad.yaml: expected a mapping of datasets, as in ");
        row("no spread", "jets: {pt: {mean: 1, std: 0}}", "bad.yaml: jets.pt: std must be above 0");
    }

    void mistakesAreNamed()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, message);
        write("bad.yaml", yaml);
        try {
            readNormDict(path("bad.yaml"), description());
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains(message), error.what());
        }
    }

    void classWeightsFollowTheirFlavours()
    {
        write("class.yaml", "jets:\n  flavour_label: [2, 3, 1, 9]\n"
                            "tracks:\n  ftagTruthOriginLabel: [1, 2, 3, 4, 5, 6, 7, 8]\n");
        writeSimulation({.path = path("jets.h5"), .jets = 10});
        Settings settings;
        settings.data = "jets.h5";
        settings.of<JetSettings>().classDict = "class.yaml";
        settings.of<Gn2Settings>().originTask = true;
        settings.of<JetSettings>().classes = {"ujets", "bjets"};
        const Settings weighted = familyOf(settings).completed(settings, m_folder.path().toStdString());
        QCOMPARE(weighted.of<JetSettings>().classWeights, (std::vector<double>{1, 2}));
        QCOMPARE(weighted.of<JetSettings>().originWeights.size(), std::size_t{8});

        settings.of<JetSettings>().classWeights = {5, 6};
        QCOMPARE(familyOf(settings)
                     .completed(settings, m_folder.path().toStdString())
                     .of<JetSettings>()
                     .classWeights,
                 settings.of<JetSettings>().classWeights);
    }

    /// Weights as upp's: [4, 0, 1, 2.5] for 25, none, 100 and 40 jets.
    void aClassDictReadsBackToItsWeights()
    {
        JetSample sample = description();
        sample.classes = {"ujets", "bjets", "taujets"};
        sample.labels.assign(100, 0);
        sample.labels.insert(sample.labels.end(), 25, 1);
        ClassCounts counts;
        counts.add(sample);
        sample.labels.assign(40, 2);
        sample.origins.assign(30, 2);
        sample.origins.insert(sample.origins.end(), {-1, 7, 7, 7});
        counts.add(sample);
        const std::vector<std::string> flavours{"bjets", "cjets", "ujets", "taujets"};
        writeClassDict(path("written.yaml"), counts, sample, flavours);
        QCOMPARE(readClassDict(path("written.yaml"), "jets", "flavour_label", 4),
                 (std::vector<double>{4, 0, 1, 2.5}));
        QCOMPARE(readClassDict(path("written.yaml"), "tracks", "ftagTruthOriginLabel", 8),
                 (std::vector<double>{0, 0, 1, 0, 0, 0, 0, 10}));

        Settings settings;
        settings.data = "jets.h5";
        settings.of<JetSettings>().classDict = "written.yaml";
        settings.of<Gn2Settings>().originTask = true;
        writeSimulation({.path = path("jets.h5"), .jets = 10});
        QCOMPARE(familyOf(settings)
                     .completed(settings, m_folder.path().toStdString())
                     .of<JetSettings>()
                     .originWeights[7],
                 10.0);

        sample.tracksDataset = "consts";
        writeClassDict(path("written.yaml"), counts, sample, flavours);
        QCOMPARE(readClassDict(path("written.yaml"), "consts", "truth_origin_label", 8)[7], 10.0);
    }

    void aClassDictWithoutTheLabelIsRefused_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* yaml, const char* message) {
            QTest::newRow(name) << QByteArray(yaml) << QByteArray("class.yaml: " + QByteArray(message));
        };
        const char* origins = "tracks: {ftagTruthOriginLabel: [1, 1, 1, 1, 1, 1, 1, 1]}\n";
        row("empty file", "", "is empty");
        row("no dataset", origins, "jets is missing");
        row("a misspelt dataset", "jest: {flavour_label: [1, 1, 1, 1]}",
            "jets is missing (did you mean \"jest\"?)");
        row("an empty dataset", "jets:", "jets is empty");
        row("no label", "jets: {}", "jets.flavour_label is missing");
        row("a misspelt label", "jets: {flavor_label: [1, 1, 1, 1]}",
            "jets.flavour_label is missing (did you mean \"flavor_label\"?)");
        row("an empty label", "jets: {flavour_label: }", "jets.flavour_label is empty");
        row("an empty list", "jets: {flavour_label: []}", "jets.flavour_label: expected 4 numbers");
        row("a number", "jets: {flavour_label: 1}", "jets.flavour_label: expected 4 numbers");
        row("a word", "jets: {flavour_label: [1, x, 3, 4]}", "jets.flavour_label: class 1 has no number");
        row("a gap", "jets: {flavour_label: [1, 2, , 4]}", "jets.flavour_label: class 2 has no number");
        row("a number with a comma", "jets: {flavour_label: [\"0,5\", 2, 3, 4]}",
            "jets.flavour_label: class 0 has no number");
        row("a number with its unit", "jets: {flavour_label: [1, 2, 3, 4 %]}",
            "jets.flavour_label: class 3 has no number");
        row("a list in it", "jets: {flavour_label: [1, 2, 3, [4]]}",
            "jets.flavour_label: class 3 has no number");
        row("all 0", "jets: {flavour_label: [0, 0, 0, 0]}", "jets.flavour_label: expected 4 numbers");
        row("no tracks", "jets: {flavour_label: [1, 1, 1, 1]}", "tracks is missing");
        row("a misspelt origin", "jets: {flavour_label: [1, 1, 1, 1]}\ntracks: {ftagTruthOriginLable: [1]}",
            "tracks.ftagTruthOriginLabel is missing (did you mean \"ftagTruthOriginLable\"?)");
        row("of another kind of file",
            "jets: {flavour_label: [1, 1, 1, 1]}\nconsts: {truth_origin_label: [1, 1, 1, 1, 1, 1, 1, 1]}",
            "tracks is missing");
    }

    void aClassDictWithoutTheLabelIsRefused()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, message);
        write("class.yaml", yaml);
        writeSimulation({.path = path("jets.h5"), .jets = 10});
        Settings settings;
        settings.data = "jets.h5";
        settings.of<JetSettings>().classDict = "class.yaml";
        settings.of<Gn2Settings>().originTask = true;
        try {
            familyOf(settings).completed(settings, m_folder.path().toStdString());
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains(message), error.what());
        }
    }

    void wrongClassWeightsAreNamed()
    {
        write("class.yaml", "jets: {flavour_label: [1, -2, 3]}");
        for (const std::size_t count : {3, 4}) {
            try {
                readClassDict(path("class.yaml"), "jets", "flavour_label", count);
                QFAIL("accepted");
            } catch (const InputError& error) {
                QVERIFY(QByteArray(error.what()).contains("class.yaml: jets.flavour_label: expected"));
            }
        }
    }

private:
    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    void write(const std::string& name, const QByteArray& content)
    {
        QFile file(QString::fromStdString(path(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSaltFiles)
#include "tst_salt_files.moc"
