// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/error.h"
#include "core/trainer/jet_writer.h"
#include "core/trainer/salt_files.h"
#include "core/trainer/training_data.h"

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
        row("no dataset", "jets: {pt: {mean: 1, std: 2}}", "bad.yaml: tracks.d0 is missing");
        row("no variable", "jets: {}\ntracks: {}", "bad.yaml: jets.pt is missing");
        row("no std", "jets: {pt: {mean: 1}}", "bad.yaml: jets.pt: std is missing or not a finite number");
        row("not finite", "jets: {pt: {mean: .nan, std: 2}}",
            "bad.yaml: jets.pt: mean is missing or not a finite number");
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
        settings.classDict = "class.yaml";
        settings.classes = {"ujets", "bjets"};
        const Settings weighted = withClassWeights(settings, m_folder.path().toStdString());
        QCOMPARE(weighted.classWeights, (std::vector<double>{1, 2}));
        QCOMPARE(weighted.originWeights.size(), std::size_t{8});

        settings.classWeights = {5, 6};
        QCOMPARE(withClassWeights(settings, m_folder.path().toStdString()).classWeights,
                 settings.classWeights);
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

        sample.tracksDataset = "consts";
        writeClassDict(path("written.yaml"), counts, sample, flavours);
        Settings settings;
        settings.data = "jets.h5";
        settings.classDict = "written.yaml";
        writeSimulation({.path = path("jets.h5"), .jets = 10});
        QCOMPARE(withClassWeights(settings, m_folder.path().toStdString()).originWeights[7], 10.0);
    }

    void wrongClassWeightsAreNamed()
    {
        write("class.yaml", "jets: {flavour_label: [1, -2, 3]}");
        QVERIFY(readClassDict(path("class.yaml"), "tracks", "ftagTruthOriginLabel", 8).empty());
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
