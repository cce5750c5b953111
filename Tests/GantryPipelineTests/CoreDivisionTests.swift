import GantryPipeline
import Testing

struct CoreDivisionTests {
    @Test func `studies times threads are never more than the cores, and no core is left that each study could use`() {
        for cores in 1...130 {
            for jobs in 1...64 {
                let division = CoreDivision(cores: cores, jobs: jobs)
                #expect(division.jobs >= 1 && division.jobs <= jobs && division.scoringThreads >= 1)
                #expect(division.jobs * division.scoringThreads <= cores)
                #expect(division.jobs * (division.scoringThreads + 1) > cores)
            }
        }
    }

    @Test func `one study gets every core, and as many studies as cores one each`() {
        #expect(CoreDivision(cores: 8, jobs: 1).scoringThreads == 8)
        #expect(CoreDivision(cores: 8, jobs: 1).readingThreads == 8)
        let each = CoreDivision(cores: 8, jobs: 8)
        #expect(each.jobs == 8 && each.scoringThreads == 1)
        let many = CoreDivision(cores: 2, jobs: 64)
        #expect(many.jobs == 2 && many.scoringThreads == 1)
    }

    @Test func `a run's settings are those of the division`() {
        let settings = RunSettings(
            gantryVersion: "test", division: CoreDivision(cores: 12, jobs: 5), workerName: "w")
        #expect(settings.jobs == 5 && settings.scoringThreads == 2)
        #expect(CoreDivision(jobs: 1).cores == CoreDivision.available)
    }
}
